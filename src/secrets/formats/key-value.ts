import { classify } from '../classify.ts';
import { isPlaceholder } from '../placeholder.ts';
import { readAssignments } from '../sources/assignments.ts';
import { type Found, isCredential, unquoted } from './found.ts';

const row = /^\s*([^\s=:#;[\]][^=]*?)\s*=\s*(.*?)\s*$/;
const rowWithColon = /^\s*([^\s=:#;[\]][^=:]*?)\s*[=:]\s*(.*?)\s*$/;

function pairs(text: string, pattern: RegExp): Found[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = pattern.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value: unquoted(value) }];
  });
}

/** npm's and Yarn 1's `key=value` and `key "value"`; keys of a registry read `//host/:_authToken`. */
export function readNpmrc(text: string): Found[] {
  const yarn = [...text.matchAll(/^[ \t]*"?([^\s"=]*_(?:authToken|auth|password))"?\s+"?([^\s"]+)"?\s*$/gm)];
  const all = [...pairs(text, row), ...yarn.map((match) => ({ name: match[1] ?? '', value: match[2] ?? '' }))];
  return all.filter(
    ({ name, value }) => /(?:^|:|_)(?:_authToken|_auth|_password|password|key)$/.test(name) && !isPlaceholder(value),
  );
}

/** INI and git config: sections are not told apart, keys are. */
export function readIni(text: string): Found[] {
  return pairs(text, row).filter(({ name, value }) => isCredential(name, value));
}

/** Java properties, HCL variables: `key=value`, `key: value`, `key = "value"`. */
export function readProperties(text: string): Found[] {
  return pairs(text, rowWithColon).filter(({ name, value }) => isCredential(name, value));
}

/** TOML, as far as credentials go: `key = "value"` lines and inline tables. */
export function readToml(text: string): Found[] {
  const inline = [...text.matchAll(/(?<![\w.-])([\w.-]+)["']?[ \t]*=[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')/g)];
  return inline
    .map((match) => ({ name: match[1] ?? '', value: match[3] ?? unescaped(match[2] ?? '') }))
    .filter(({ name, value }) => isCredential(name, value));
}

/** TOML's basic strings escape as JSON's do, but for `\U`, which no credential needs. */
function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}

/** An env file: each value is judged like one of the project's own `.env`. */
export function readEnv(text: string): Found[] {
  return readAssignments(text).assignments.filter(
    ({ name, value }) => !isPlaceholder(value) && classify(name, value).kind === 'secret',
  );
}

/** `machine H login U password P`, over any number of lines. Format: curl's and git's netrc. */
export function readNetrc(text: string): Found[] {
  const words = text.split(/\s+/);
  return words.flatMap((word, index) => {
    const value = words[index + 1];
    return word === 'password' && value !== undefined && !isPlaceholder(value)
      ? [{ name: 'password', value: unquoted(value) }]
      : [];
  });
}
