import { ruleContext } from '../build/rewrite.ts';
import { type Dockerfile, ignored, parseDockerfile, parseIgnore } from '../dockerfile/index.ts';
import type { Finding } from '../finding.ts';
import { type RuleContext, runRules } from '../rules/index.ts';
import { judgeName } from '../secrets/index.ts';
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
 * As in a build, and besides: an ARG whose name says that it is a secret counts as one, though nobody has its value here.
 * Someone hands it to the build somewhere else, as CI does.
 */
export function inspect(project: Project, draft: Draft): Finding[] {
  return runRules(contextOf(project, draft));
}

function contextOf(project: Project, draft: Draft): RuleContext {
  const { sources, request } = project;
  const model = modelOf(project, draft.dockerfile);
  const patterns = parseIgnore(draft.ignore ?? '');
  const base = ruleContext(
    {
      ...sources,
      paths: sources.paths.filter((path) => !ignored(patterns, path)),
      config: withAnswers(sources.config, draft.answers),
      ...(draft.ignore === undefined ? {} : { ignoreText: draft.ignore }),
    },
    model,
    request,
  );
  const settings = new Set([...draft.answers.secrets].flatMap(([name, answer]) => ('kind' in answer ? name : [])));
  const presumed = presumedSecrets(model, base).filter((name) => !isSetting(name, settings, sources.config.secrets));
  const names = new Set([...base.secrets.names().filter((name) => !settings.has(name)), ...presumed]);
  return {
    ...base,
    secrets: { ...base.secrets, has: (name) => names.has(name), names: () => [...names] },
    settings: new Set([...base.settings, ...settings]),
    literals: base.literals.filter(({ secret }) => !settings.has(secret)),
  };
}

function isSetting(
  name: string,
  settings: ReadonlySet<string>,
  rules: ReadonlyMap<string, { kind?: string }>,
): boolean {
  return settings.has(name) || rules.get(name)?.kind === 'setting';
}

/** ARGs without a default whose names say secret, and of which nothing else is known. */
function presumedSecrets({ instructions }: Dockerfile, { secrets, settings }: RuleContext): string[] {
  const bare = instructions
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap(({ pairs = [] }) => pairs.filter(({ value }) => (value ?? '') === '').map(({ name }) => name));
  return [...new Set(bare)].filter(
    (name) => judgeName(name).says === 'secret' && !secrets.has(name) && !settings.has(name),
  );
}
