import { type Instruction, userAt } from '../../dockerfile/index.ts';
import type { Edit } from '../../finding.ts';
import type { TemplateValues } from '../ecosystem.ts';
import { isRoot, type SingleStage } from './single-stage.ts';

/**
 * The user `nobody`, where a Dockerfile sets none.
 *
 * By number, so that Kubernetes can check `runAsNonRoot`; this one, because Debian and Alpine both have a name for it, and
 * programs fail that look up who they are.
 */
export const nobody = '65534:65534';

/** What a template makes of a Dockerfile. */
export interface Plan {
  /** The image of the runtime stage; the one of the Dockerfile by default. */
  image?: string;
  /** Who runs the program where the Dockerfile does not say it; undefined: the image does. */
  user: string | undefined;
  /** The home folder of that user, where the Dockerfile sets none: `nobody` has one that is not there. */
  home?: string;
  /** Changes of the build stage. */
  edits?: readonly Edit[];
  /** Instructions behind the last one of the build stage, run as root. */
  afterBuild?: readonly string[];
  /** Instructions in front of all others of the runtime stage. */
  before?: readonly string[];
  /** RUNs that the runtime stage repeats. */
  system?: readonly Instruction[];
  /** What is copied from the build stage: to the same path, unless it says another. */
  copies: readonly Copy[];
  /** Instructions behind the COPYs, still as root. */
  afterCopy?: readonly string[];
  /** In place of CMD, ENTRYPOINT and HEALTHCHECK. */
  start?: readonly string[];
}

/** A file or folder that the runtime stage takes from the build stage. */
export interface Copy {
  path: string;
  to?: string;
  /** It belongs to the user that runs the program, where the Dockerfile does not say otherwise. */
  owned?: boolean;
}

/**
 * The values for a template.
 *
 * `build` is the user's text with its stage named; `after` what the template adds to it; `from` begins the runtime stage;
 * `setup`, `copy`, `afterCopy`, `start` are the user's settings up to the first of USER, CMD and ENTRYPOINT, the COPYs, what
 * stands behind them, and the rest of the settings.
 */
export function stageValues(single: SingleStage, plan: Plan): TemplateValues {
  const { dockerfile, stage, settings, user } = single;
  const name = stage.name === 'build' ? 'build-stage' : 'build';
  const replaced = plan.start === undefined ? /^$/ : /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/;
  const left = settings.filter(({ keyword }) => !replaced.test(keyword));
  const kept = [...left, ...(plan.system ?? [])].sort((a, b) => a.range.start - b.range.start);
  const first = kept.findIndex(({ keyword }) => /^(?:USER|CMD|ENTRYPOINT)$/.test(keyword));
  const split = first === -1 ? kept.length : first;
  const textOf = (list: readonly Instruction[]) =>
    list.map(({ range }) => dockerfile.source.slice(range.start, range.end));
  const cased = (lines: readonly string[]) => lines.map((line) => inCase(single, line));
  const after = plan.afterBuild ?? [];
  const asRoot = after.length > 0 && user !== undefined && !isRoot(user) ? ['USER root'] : [];
  const homeless =
    plan.home !== undefined && !settings.some(({ pairs = [] }) => pairs.some((pair) => pair.name === 'HOME'));
  const home = homeless ? [`ENV HOME=${plan.home}`] : [];
  const ownUser = user === undefined && plan.user !== undefined ? [...home, `USER ${plan.user}`] : [];
  // in front of WORKDIR, whose folder then belongs to the user; the COPYs and their check are root's as ever
  const early = plan.image === undefined ? [] : ownUser;
  return {
    build: buildStage(single, name, plan.edits ?? []).trimEnd(),
    after: cased([...asRoot, ...after]).join('\n'),
    from: runtimeFrom(single, plan.image),
    setup: [...cased([...early, ...(plan.before ?? [])]), ...textOf(kept.slice(0, split))].join('\n'),
    copy: cased(plan.copies.map((copy) => copyLine(single, plan, copy, name))).join('\n'),
    afterCopy: cased(plan.afterCopy ?? []).join('\n'),
    start: [...cased(early.length > 0 ? [] : ownUser), ...textOf(kept.slice(split)), ...cased(plan.start ?? [])].join(
      '\n',
    ),
  };
}

function copyLine(single: SingleStage, plan: Plan, { path, to = path, owned = false }: Copy, name: string): string {
  const owner = owned ? ownerOf(single, plan.user) : undefined;
  return `COPY --from=${name} ${owner === undefined ? '' : `--chown=${owner} `}${path} ${to}`;
}

/** The whole source, with the stage of the user under another name. */
function buildStage(
  { dockerfile: { source, newline }, stage }: SingleStage,
  name: string,
  edits: readonly Edit[],
): string {
  const { range } = stage.from;
  const from = withoutName(source.slice(range.start, range.end));
  const naming: Edit = { range, text: `${from} ${sameCase(from, 'AS')} ${name}` };
  // from the end, so that the offsets of what is left stay right; of edits at one place the first comes first
  return [naming, ...edits]
    .reverse()
    .sort((a, b) => b.range.start - a.range.start)
    .reduce(
      (text, { range: { start, end }, text: added }) =>
        text.slice(0, start) + added.replaceAll('\n', newline) + text.slice(end),
      source,
    );
}

function withoutName(from: string): string {
  return from.replace(/\s+AS\s+\S+\s*$/i, '');
}

/** The FROM of the user, with its flags and its name, and with another image where one is given. */
function runtimeFrom({ dockerfile: { source }, stage }: SingleStage, image: string | undefined): string {
  const from = source.slice(stage.from.range.start, stage.from.range.end);
  return image === undefined ? from : from.replace(stage.image, () => image);
}

/** The builder warns where the keywords of a file differ in case. */
function inCase({ dockerfile: { source }, stage }: SingleStage, line: string): string {
  const lower = stage.instructions.filter(({ keywordRange }) => /^[a-z]/.test(source.slice(keywordRange.start)));
  if (lower.length * 2 <= stage.instructions.length) return line;
  return line.replace(/^[A-Z]+(?= )/, (keyword) => keyword.toLowerCase());
}

function sameCase(sample: string, keyword: string): string {
  return /^[a-z]/.test(sample) ? keyword.toLowerCase() : keyword;
}

/** The user that runs the program, where no USER was set or where the Dockerfile gave it the files; else root. */
function ownerOf({ dockerfile, stage, steps, user }: SingleStage, fallback: string | undefined): string | undefined {
  if (user === undefined) return fallback;
  if (isRoot(user)) return undefined;
  const given = steps.some(
    (step) =>
      (step.keyword === 'RUN' && /\bchown\b/.test(step.text)) ||
      step.flags.some(({ name }) => name === 'chown') ||
      (stage.instructions.some(({ keyword, range }) => keyword === 'USER' && range.start < step.range.start) &&
        !isRoot(userAt(dockerfile, step) ?? '')),
  );
  return given ? user : undefined;
}
