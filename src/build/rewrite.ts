import type { BuildRequest, HandedSecret } from '../buildx/index.ts';
import { createMentions, type FoundCredential } from '../context/index.ts';
import {
  applyChanges,
  type Dockerfile,
  type Instruction,
  ignored,
  parseDockerfile,
  parseIgnore,
} from '../dockerfile/index.ts';
import { SafebuildError } from '../errors.ts';
import type { Finding, SecretMount } from '../finding.ts';
import {
  type ContextFiles,
  fileMountId,
  mountId,
  type Plan,
  plan,
  type RuleContext,
  runRules,
} from '../rules/index.ts';
import { occurrencesIn, parseSecretFlag, Secret, type SecretSet } from '../secrets/index.ts';
import { isNeeded, type Sources } from './sources.ts';

/** What the rules make of a Dockerfile; values play no part in it. */
export interface Mended {
  /** Everything that the rules found, mended or not. */
  findings: readonly Finding[];
  /** Findings that only a person can settle: with any of them there is no build. */
  open: readonly Finding[];
  /** The Dockerfile to build; equal to the user's where nothing had to change. */
  text: string;
  /** The ignore file to build with; absent where there is none. */
  ignore?: string;
  /** True when text or ignore file differ from the user's. */
  changed: boolean;
  dropBuildArgs: ReadonlySet<string>;
  /** The mounts that were added, also those whose id the user's own `--secret` gives. */
  mounts: readonly SecretMount[];
}

/** What the build uses instead of what the user wrote. */
export interface Rewrite extends Mended {
  handed: readonly HandedSecret[];
}

/**
 * Rewrites the Dockerfile in memory so that no value of `sources.secrets` is baked in.
 *
 * Line numbers are kept, so that docker's own messages fit the user's file. `supportsEnv` is asked at most once and only
 * when a mount wants a variable. Throws SECRET_EMPTY when a step needs a secret that has no value.
 */
export async function rewrite(
  sources: Sources,
  request: BuildRequest,
  env: Readonly<Record<string, string>>,
  supportsEnv: () => Promise<boolean>,
): Promise<Rewrite | undefined> {
  const { dockerfile } = sources;
  const mended = await mend(sources, request, supportsEnv, { keepLines: true });
  if (dockerfile === undefined || mended === undefined) return undefined;
  // The user's own --secret wins, as its value is searched for like any other.
  const given = new Set(request.secrets.map((flag) => parseSecretFlag(flag, env).id));
  const added = mended.mounts.filter((mount) => !given.has(mount.id));
  return {
    ...mended,
    handed: [
      ...handedBy(added, sources),
      ...handedToOwnMounts(dockerfile.model, sources, new Set([...given, ...added.map(({ id }) => id)])),
    ],
  };
}

/**
 * Runs the rules and applies what they ask for; the same for a build and for `safebuild check`, which has no values.
 *
 * With `keepLines` the text has as many lines before each instruction as the user's; with `advice` the rules
 * that only advise are asked too. Undefined without a Dockerfile.
 */
export async function mend(
  sources: Sources,
  request: BuildRequest,
  supportsEnv: () => Promise<boolean>,
  { keepLines, advice = false }: { keepLines: boolean; advice?: boolean },
): Promise<Mended | undefined> {
  const { dockerfile } = sources;
  if (dockerfile === undefined) return undefined;
  const findings = runRules(ruleContext(sources, dockerfile.model, request), { advice });
  const wanted = plan(findings);
  const secretEnv = wanted.uses.some((mount) => mount.env !== undefined) ? await supportsEnv() : true;
  const edited = applyChanges(dockerfile.model, wanted.changes, { secretEnv, keepLines });
  const problems = edited.problems.map(({ instruction, message }): Finding => unedited(sources, instruction, message));
  const left = wanted.needsPerson.length > 0 || problems.length > 0 ? [] : literalsLeft(edited.text, sources);
  const ignore = withIgnored(sources.ignoreText, wanted);
  return {
    findings: [...findings, ...problems, ...left],
    open: [...wanted.needsPerson, ...problems, ...left],
    text: edited.text,
    changed: edited.text !== dockerfile.model.source || wanted.ignore.length > 0,
    dropBuildArgs: new Set(wanted.dropBuildArgs),
    mounts: wanted.uses,
    ...(ignore === undefined ? {} : { ignore }),
  };
}

/** What the rules may look at: names, files and answers of `sources`, for `dockerfile`, which need not be its own. */
export function ruleContext(sources: Sources, dockerfile: Dockerfile, request: BuildRequest): RuleContext {
  const { config, secrets } = sources;
  const weak = new Set(secrets.weak.map((secret) => secret.name));
  // A Dockerfile that somebody cloned gets no variable of the user's by naming it, as it would get none from docker.
  const names = new Set(secrets.names().filter((name) => secrets.offered.has(name)));
  return {
    dockerfile,
    path: sources.dockerfile?.file.shown ?? 'Dockerfile',
    ...(request.target === undefined ? {} : { target: request.target }),
    buildArgs: new Set(request.buildArgs.map((arg) => arg.name)),
    exportsStages: request.cacheTo.some((spec) => /(^|,)mode=max(,|$)/.test(spec)),
    secrets: {
      has: (name) => names.has(name),
      names: () => [...names],
      needed: (name) => config.secrets.get(name)?.needed,
      weak: (name) => weak.has(name),
    },
    settings: new Set(secrets.settings.map((setting) => setting.name)),
    literals: occurrencesIn(dockerfile, secrets),
    files: contextFiles(sources),
  };
}

function contextFiles(sources: Sources): ContextFiles {
  const { config, context, paths, credentials } = sources;
  const patterns = parseIgnore(sources.ignoreText ?? '');
  const known = new Map(credentials.map((credential) => [credential.path, credential.content]));
  return {
    sent: (path) => !ignored(patterns, path),
    list: paths,
    credential(path) {
      const content = known.get(path);
      if (content === undefined) return undefined;
      const { kind, family } = content.file;
      return {
        kind,
        family,
        placeholdersOnly: content.placeholdersOnly,
        secretNames: content.secrets.map((secret) => secret.name),
      };
    },
    needed: (path) => {
      const answer = config.files.get(path)?.needed;
      return answer === 'image' ? undefined : answer;
    },
    mentions: context.kind === 'folder' ? createMentions(context.dir, paths) : () => [],
  };
}

/** A value that no rule could take out must not reach the builder, whose provenance holds the whole Dockerfile. */
function literalsLeft(text: string, sources: Sources): Finding[] {
  const path = sources.dockerfile?.file.shown ?? 'Dockerfile';
  return occurrencesIn(parseDockerfile(text), sources.secrets).map(({ secret, range }): Finding => {
    const line = text.slice(0, range.start).split('\n').length;
    return {
      rule: 'literal-secret',
      level: 'error',
      secret,
      message: `The value of ${secret} stands in the Dockerfile, where no safe edit can take it out.`,
      remedy: 'Take the value out of the Dockerfile and mount it with RUN --mount=type=secret.',
      location: { kind: 'dockerfile', path, line, endLine: line },
      needsPerson: true,
    };
  });
}

function unedited(sources: Sources, index: number | undefined, message: string): Finding {
  const instruction: Instruction | undefined =
    index === undefined ? undefined : sources.dockerfile?.model.instructions[index];
  return {
    rule: 'edit',
    level: 'error',
    message,
    location: {
      kind: 'dockerfile',
      path: sources.dockerfile?.file.shown ?? 'Dockerfile',
      line: instruction?.line ?? 1,
      endLine: instruction?.endLine ?? 1,
    },
    needsPerson: true,
  };
}

/** The user's ignore file with the added lines behind it, where they win. */
function withIgnored(text: string | undefined, { ignore }: Plan): string | undefined {
  if (ignore.length === 0) return text;
  const own = text === undefined || text === '' || text.endsWith('\n') ? (text ?? '') : `${text}\n`;
  return `${own}${ignore.join('\n')}\n`;
}

function handedBy(mounts: readonly SecretMount[], sources: Sources): HandedSecret[] {
  const byId = new Map<string, HandedSecret>();
  for (const mount of mounts) {
    const known = byId.get(mount.id);
    const asVariable = (known?.asVariable ?? false) || mount.env !== undefined;
    byId.set(mount.id, { id: mount.id, secret: known?.secret ?? mountedSecret(mount, sources), asVariable });
  }
  return [...byId.values()];
}

const filePrefix = 'file:';

function mountedSecret(mount: SecretMount, { secrets, credentials }: Sources): Secret {
  if (mount.secret.startsWith(filePrefix)) {
    const path = mount.secret.slice(filePrefix.length);
    const file = credentials.find((credential) => credential.path === path);
    if (file) return fileSecret(file);
  }
  const secret = secrets.get(mount.secret);
  if (secret) return secret;
  const empty = secrets.empty.some(({ name }) => name === mount.secret);
  throw new SafebuildError(
    empty ? 'SECRET_EMPTY' : 'SECRET_MISSING',
    `A step needs the secret ${mount.secret}, which ${empty ? 'is empty' : 'has no value'}.`,
    {
      hint: `Set ${mount.secret} in .env or in the environment.`,
    },
  );
}

function fileSecret({ path, bytes }: FoundCredential): Secret {
  return new Secret({
    name: path,
    value: bytes,
    origin: { source: 'context-file', where: path },
    reason: 'a credential file',
  });
}

/** Secrets for mounts that the user wrote: whoever has `id=NPM_TOKEN` in the Dockerfile and in `.env` needs no flag. */
function handedToOwnMounts(dockerfile: Dockerfile, sources: Sources, given: ReadonlySet<string>): HandedSecret[] {
  const { secrets } = sources;
  const found = new Map<string, HandedSecret>();
  for (const { instruction, value } of secretMounts(dockerfile)) {
    const id = /(?:^|,)id=([^,"]+)/.exec(value)?.[1];
    if (id === undefined || given.has(id)) continue;
    const secret = offered(id, secrets) ?? answeredFile(id, sources);
    if (secret) {
      const asVariable = (found.get(id)?.asVariable ?? false) || /(^|,)env=/.test(value);
      found.set(id, { id, secret, asVariable });
    } else if (/(^|,)required(=true)?(,|$)/.test(value)) refuseEmpty(id, instruction, secrets);
  }
  return [...found.values()];
}

function secretMounts(dockerfile: Dockerfile): { instruction: Instruction; value: string }[] {
  return dockerfile.instructions.flatMap((instruction) =>
    [...instruction.flags, ...(instruction.onbuild?.flags ?? [])].flatMap(({ name, value }) =>
      name === 'mount' && value !== undefined && /(^|,)type=secret(,|$)/.test(value) ? [{ instruction, value }] : [],
    ),
  );
}

/** BuildKit takes an empty variable for a secret that is there (buildkit.md fact 3): the step would run without it. */
function refuseEmpty(id: string, { line }: Instruction, { empty }: SecretSet): void {
  const found = empty.find(({ name }) => name === id || name === asVariableName(id));
  if (found === undefined) return;
  throw new SafebuildError(
    'SECRET_EMPTY',
    `Line ${line} of the Dockerfile needs the secret ${id}, and ${found.name} is empty in ${found.origin.where}.`,
    {
      hint: `Give ${found.name} a value there, or pass --secret id=${id}.`,
    },
  );
}

/** The secret called `npm-token` or, as variables are called, `NPM_TOKEN`; or the part that the rules give this id. */
function offered(id: string, secrets: SecretSet): Secret | undefined {
  const name = [id, asVariableName(id)].find((candidate) => secrets.offered.has(candidate));
  if (name !== undefined) return secrets.get(name);
  return secrets.secrets.find(
    (secret) => secret.partOf !== undefined && secrets.offered.has(secret.partOf) && mountId(secret.name) === id,
  );
}

/** The file that `safebuild.yaml` says is needed, by the id that the rules would give it: `.npmrc` is `npmrc`. */
function answeredFile(id: string, { config, credentials }: Sources): Secret | undefined {
  const file = credentials.find(({ path }) => {
    const plain = fileMountId(path);
    return isNeeded(config, path) && (id === plain || id === `file-${plain}`);
  });
  return file && fileSecret(file);
}

/** `npm-token` → `NPM_TOKEN`. */
function asVariableName(id: string): string {
  return id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}
