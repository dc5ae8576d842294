import type { BuildRequest, HandedSecret } from '../buildx/index.ts';
import { createMentions } from '../context/index.ts';
import {
  applyChanges,
  type Dockerfile,
  type Instruction,
  ignored,
  parseDockerfile,
  parseIgnore,
} from '../dockerfile/index.ts';
import type { Finding, SecretMount } from '../finding.ts';
import { type ContextFiles, type Plan, plan, type RuleContext, runRules } from '../rules/index.ts';
import { occurrencesIn, parseSecretFlag } from '../secrets/index.ts';
import { handedBy, handedByFlag, handedToOwnMounts } from './handed.ts';
import type { Sources } from './sources.ts';

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
 * when a mount wants a variable. Throws SECRET_EMPTY or SECRET_MISSING when a step needs a secret that has no value.
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
  const mounted = [
    ...handedBy(added, sources),
    ...handedToOwnMounts(dockerfile.model, sources, new Set([...given, ...added.map(({ id }) => id)])),
  ];
  return { ...mended, handed: [...mounted, ...handedByFlag(sources, mounted)] };
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
    stages: config.multiStage !== 'never',
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
