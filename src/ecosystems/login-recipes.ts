/** A word of a command, unquoted and as written. */
export interface LoginWord {
  value: string;
  raw: string;
}

/** What has the effect of a login in one RUN and leaves nothing behind. Shell text. */
export interface LoginRecipe {
  before: string;
  /** Takes back what `before` wrote; absent when `before` only sets variables. */
  after?: string;
}

/** From the words of a login to its recipe; undefined where the words are not the ones that it is known for. */
export type LoginReader = (words: readonly LoginWord[]) => LoginRecipe | undefined;

const variableName = /^[A-Z_][A-Z0-9_]*$/;

function exported(...pairs: readonly (readonly [name: string, raw: string])[]): LoginRecipe | undefined {
  if (pairs.length === 0 || !pairs.every(([name]) => variableName.test(name))) return undefined;
  return { before: `export ${pairs.map(([name, raw]) => `${name}=${raw}`).join(' ')}` };
}

/** `foo-bar` → `FOO_BAR`. */
function upper(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** The words that are no options, behind those in front. */
function operands(words: readonly LoginWord[], skipped: number): readonly LoginWord[] {
  return words.filter(({ value }) => !value.startsWith('-')).slice(skipped);
}

/** `pip config set global.index-url URL`: each option is also a variable (pip docs, "Environment Variables"). */
export const pipConfig: LoginReader = (words) => {
  const set = words.findIndex(({ value }) => value === 'set');
  const [key, value, ...more] = words.slice(set + 1);
  const option = /^(?:global|install|download|wheel|index)\.(index-url|extra-index-url|find-links)$/.exec(
    key?.value ?? '',
  );
  if (!option || !value || more.length > 0) return undefined;
  return exported([`PIP_${upper(option[1]!)}`, value.raw]);
};

/** `poetry config http-basic.NAME USER PASSWORD`, `pypi-token.NAME TOKEN` (Poetry docs, "Using environment variables"). */
export const poetryConfig: LoginReader = (words) => {
  const [key, first, second, ...more] = operands(words, 2);
  const [, kind, name] = /^(http-basic|pypi-token)\.([\w-]+)$/.exec(key?.value ?? '') ?? [];
  if (name === undefined || !first || more.length > 0) return undefined;
  if (kind === 'pypi-token') return second ? undefined : exported([`POETRY_PYPI_TOKEN_${upper(name)}`, first.raw]);
  if (!second) return undefined;
  const variable = `POETRY_HTTP_BASIC_${upper(name)}`;
  return exported([`${variable}_USERNAME`, first.raw], [`${variable}_PASSWORD`, second.raw]);
};

/** `bundle config HOST VALUE`: dots become two underscores (Bundler docs, "bundle config", Credentials). */
export const bundleConfig: LoginReader = (words) => {
  const [host, value, ...more] = operands(words, 2).filter(({ value: word }) => word !== 'set');
  // Older versions write a dash as it is, which no shell takes in a name.
  const name = /^(?:https?:\/\/)?([A-Za-z0-9.]+)\/?$/.exec(host?.value ?? '')?.[1];
  if (name === undefined || !name.includes('.') || !value || more.length > 0) return undefined;
  return exported([`BUNDLE_${name.replaceAll('.', '__').toUpperCase()}`, value.raw]);
};

/** `composer config http-basic.HOST USER PASSWORD`: composer takes it back by `--unset`. */
export const composerConfig: LoginReader = (words) => {
  const [key] = operands(words, 2).filter(({ value }) => value !== 'config');
  if (
    !/^(?:http-basic|bearer|github-oauth|gitlab-token|gitlab-oauth|bitbucket-oauth)\.[\w.-]+$/.test(key?.value ?? '')
  ) {
    return undefined;
  }
  const global = words.some(({ value }) => /^(?:-g|--global|global)$/.test(value)) ? '--global ' : '';
  const auth = words.some(({ value }) => /^(?:-a|--auth)$/.test(value)) ? '--auth ' : '';
  return { before: joined(words), after: `composer config ${global}${auth}--unset ${key!.raw}` };
};

/** `git config --global url.….insteadOf …` and `http.extraheader …`: git takes both back, in every version. */
export const gitConfig: LoginReader = (words) => {
  const place = words.find(({ value }) => /^--(?:global|system)$/.test(value));
  const [key, value, ...more] = operands(words, 2);
  const known = words.filter(({ value: word }) => word.startsWith('-')).length === 1;
  if (!place || !known || !key || !value || more.length > 0) return undefined;
  const section = /^(["']?)([\s\S]*)\.insteadOf\1$/i.exec(key.raw);
  if (section) {
    const [, quote, name] = section;
    return { before: joined(words), after: `git config ${place.raw} --remove-section ${quote}${name}${quote}` };
  }
  if (!/^http(?:\..*)?\.extraheader$/i.test(key.value)) return undefined;
  return { before: joined(words), after: `git config ${place.raw} --unset-all ${key.raw}` };
};

/** `hf login --token V`, `sentry-cli login --auth-token V`: the tool reads the variable instead. */
export function loginOption(option: string, variable: string): LoginReader {
  return (words) => {
    const at = words.findIndex(({ value }) => value === option);
    const raw = at < 0 ? equalsValue(words, option) : words[at + 1]?.raw;
    const others = words.filter(({ value }) => value.startsWith('-') && value.split('=')[0] !== option);
    return raw === undefined || others.length > 0 ? undefined : exported([variable, raw]);
  };
}

function equalsValue(words: readonly LoginWord[], option: string): string | undefined {
  return words.find(({ raw }) => raw.startsWith(`${option}=`))?.raw.slice(option.length + 1);
}

/** `wandb login V`, `snyk auth V`. */
export function loginOperand(variable: string): LoginReader {
  return (words) => {
    const [value, ...more] = operands(words, 2);
    if (!value || more.length > 0 || words.length > 3) return undefined;
    return exported([variable, value.raw]);
  };
}

/** `cargo login V`, `cargo login --registry NAME V` (Cargo docs, "Credentials"). */
export const cargoLogin: LoginReader = (words) => {
  const at = words.findIndex(({ value }) => value === '--registry');
  const name = at < 0 ? undefined : words[at + 1]?.value;
  const [value, ...more] = operands(words, 2).filter((word) => at < 0 || word !== words[at + 1]);
  if (!value || more.length > 0) return undefined;
  return exported([name === undefined ? 'CARGO_REGISTRY_TOKEN' : `CARGO_REGISTRIES_${upper(name)}_TOKEN`, value.raw]);
};

/** `aws configure set KEY VALUE` of the default profile. */
export const awsConfigure: LoginReader = (words) => {
  const [key, value, ...more] = words.slice(3);
  if (!/^aws_(?:access_key_id|secret_access_key|session_token)$/.test(key?.value ?? '')) return undefined;
  return value && more.length === 0 ? exported([key!.value.toUpperCase(), value.raw]) : undefined;
};

/** `dotnet nuget add source URL --name N …`, `nuget sources add -Name N …`: both take it back by name. */
export const nugetSource: LoginReader = (words) => {
  const option = (pattern: RegExp) => {
    const at = words.findIndex(({ value }) => pattern.test(value));
    return at < 0 ? undefined : words[at + 1];
  };
  const name = option(/^(?:-n|--name|-name)$/i);
  const file = option(/^--?configfile$/i);
  if (!name || name.value.startsWith('-')) return undefined;
  const dotnet = words[0]?.value === 'dotnet';
  const place = file ? ` ${dotnet ? '--configfile' : '-ConfigFile'} ${file.raw}` : '';
  const remove = dotnet ? `dotnet nuget remove source ${name.raw}` : `nuget sources remove -Name ${name.raw}`;
  return { before: joined(words), after: `${remove}${place}` };
};

/** `gem sources --add URL`: gem takes it back by `--remove`. */
export const gemSource: LoginReader = (words) => {
  const at = words.findIndex(({ value }) => /^(?:-a|--add)$/.test(value));
  const address = words[at + 1];
  if (at < 0 || !address || words.length !== 4) return undefined;
  return { before: joined(words), after: `gem sources --remove ${address.raw}` };
};

function joined(words: readonly LoginWord[]): string {
  return words.map(({ raw }) => raw).join(' ');
}
