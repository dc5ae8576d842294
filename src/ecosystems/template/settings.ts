import { variablesIn } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { refuse } from './refuse.ts';
import { checkVolumes, isRoot, type SingleStage } from './single-stage.ts';
import type { Start } from './start.ts';

/** Settings whose variables the builder expands. */
const expanded: ReadonlySet<string> = new Set(['ENV', 'LABEL', 'WORKDIR', 'USER', 'EXPOSE', 'STOPSIGNAL', 'VOLUME']);

/** Refuses an ENV that takes away the folders of the base image from the search path. */
export function checkPath({ settings }: SingleStage): Refusal | undefined {
  const path = settings
    .filter(({ keyword }) => keyword === 'ENV')
    .find(({ pairs = [] }) => pairs.some(({ name, raw = '' }) => name === 'PATH' && !/\$\{?PATH\b/.test(raw)));
  if (!path) return undefined;
  return refuse(
    'path',
    `Line ${path.line}: PATH is set anew, without what it holds.`,
    'Write ENV PATH="/folder:$PATH".',
  );
}

/**
 * Whether the settings mean the same on another base image.
 *
 * `system` are variables that tell where the toolchain lies.
 */
export function checkOtherBase(single: SingleStage, start: Start, system: RegExp): Refusal | undefined {
  return (
    checkVolumes(single) ??
    checkPath(single) ??
    checkVariables(single, system) ??
    checkUser(single) ??
    checkHealth(single, start)
  );
}

function checkVariables({ dockerfile, stage, settings }: SingleStage, system: RegExp): Refusal | undefined {
  const declared = stage.instructions.flatMap(({ pairs = [] }) => pairs.map(({ name }) => name));
  for (const setting of settings) {
    if (!expanded.has(setting.keyword)) continue;
    const foreign = variablesIn(setting.text, dockerfile.escape).find(
      ({ name }) => name !== 'PATH' && !declared.includes(name),
    );
    const moved = setting.keyword === 'ENV' && setting.pairs?.find(({ name }) => system.test(name));
    const name = foreign?.name ?? (moved ? moved.name : undefined);
    if (name === undefined) continue;
    return refuse(
      'variable',
      `Line ${setting.line}: ${name} has to do with the base image, and the runtime stage has another one.`,
      'Write the value itself, or write the stages by hand.',
    );
  }
  return undefined;
}

/** A name is looked up in the passwd file of the image. */
function checkUser({ user, settings }: SingleStage): Refusal | undefined {
  if (user === undefined || /^\d+(?::\d+)?$/.test(user) || isRoot(user)) return undefined;
  const line = settings.findLast(({ keyword }) => keyword === 'USER')!.line;
  return refuse(
    'user',
    `Line ${line}: the user ${user} may not exist in the image of the runtime stage.`,
    'Give the user by number, such as USER 10001:10001.',
  );
}

function checkHealth({ settings }: SingleStage, start: Start): Refusal | undefined {
  const health = settings.findLast(({ keyword }) => keyword === 'HEALTHCHECK');
  if (!health || /^none$/i.test(health.text.trim()) || health.json?.[0] === start.words[0]) return undefined;
  return refuse(
    'healthcheck',
    `Line ${health.line}: what the HEALTHCHECK runs may not be in the image of the runtime stage.`,
    'Let the program itself check its health in exec form, or leave the HEALTHCHECK away.',
  );
}
