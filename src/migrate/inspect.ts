import { withNames } from '../build/assumed-names.ts';
import { ruleContext } from '../build/rewrite.ts';
import { type Dockerfile, ignored, parseDockerfile, parseIgnore } from '../dockerfile/index.ts';
import type { Finding, Fix } from '../finding.ts';
import { type RuleContext, runRules, sshAgentFix } from '../rules/index.ts';
import { type Answers, noAnswers, withAnswers } from './answers.ts';
import type { Project } from './project.ts';

/** What the migration has made of the project so far: texts in memory, and what was answered. */
export interface Draft {
  dockerfile: string;
  /** Absent where there is no ignore file. */
  ignore?: string;
  answers: Answers;
}

/** The project as it lies there. */
export function firstDraft({ dockerfile, sources }: Project): Draft {
  const { ignoreText } = sources;
  return {
    dockerfile: dockerfile.model.source,
    answers: noAnswers,
    ...(ignoreText === undefined ? {} : { ignore: ignoreText }),
  };
}

/** The draft's Dockerfile, read as the build reads it. */
export function modelOf({ request }: Project, text: string): Dockerfile {
  const given = request.buildArgs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return parseDockerfile(text, { buildArgs: new Map(given) });
}

/**
 * What the rules find in a draft, in the order of its Dockerfile.
 *
 * As in a build, and besides, as `safebuild check` does it: an ARG whose name says that it is a secret counts as one, though
 * nobody has its value here. Someone hands it to the build somewhere else, as CI does.
 */
export function inspect(project: Project, draft: Draft): Finding[] {
  return runRules(contextOf(project, draft));
}

/** How the draft does without the ssh key that the finding is about; undefined where it cannot. */
export function agentFixOf(project: Project, draft: Draft, finding: Finding): Fix | undefined {
  return sshAgentFix(contextOf(project, draft), finding);
}

function contextOf(project: Project, draft: Draft): RuleContext {
  const { sources, request } = project;
  const model = modelOf(project, draft.dockerfile);
  const patterns = parseIgnore(draft.ignore ?? '');
  const { answers } = draft;
  const drafted = {
    ...sources,
    ...(sources.dockerfile && { dockerfile: { ...sources.dockerfile, model } }),
    paths: sources.paths.filter((path) => !ignored(patterns, path)),
    // What is public is not even looked into: see readSources.
    credentials: sources.credentials.filter(({ path }) => answers.files.get(path) !== 'image'),
    config: withAnswers(sources.config, answers),
    ...(draft.ignore === undefined ? {} : { ignoreText: draft.ignore }),
  };
  const base = ruleContext(withNames(drafted, []), model, request);
  const settings = new Set([...answers.secrets].flatMap(([name, answer]) => ('kind' in answer ? name : [])));
  const names = new Set(base.secrets.names().filter((name) => !settings.has(name)));
  return {
    ...base,
    secrets: { ...base.secrets, has: (name) => names.has(name), names: () => [...names] },
    settings: new Set([...base.settings, ...settings]),
    literals: base.literals.filter(({ secret }) => !settings.has(secret)),
  };
}
