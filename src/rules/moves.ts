import type { Change, Finding } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { decideFile, type FileDecision, fileObstacle } from './file-decision.ts';
import { fileMounts } from './file-mounts.ts';
import { type FileUse, useOf } from './file-readers.ts';
import { type Landing, landingsOf } from './landings.ts';
import type { Obstacle } from './obstacles.ts';
import { withoutUpkeep } from './upkeep.ts';

/** A credential file on its way out of the image. */
export interface Move {
  landing: Landing;
  use: FileUse;
  decision: FileDecision;
  /** Set when the file cannot go without a person. */
  obstacle?: Obstacle;
  /** The RUNs that get it as a mount. */
  readers: readonly number[];
}

const cache = new WeakMap<RuleContext, readonly Move[]>();

/** Every credential file that COPY and ADD bring into the image, with what is to become of it. */
export function movesOf(context: RuleContext): readonly Move[] {
  const known = cache.get(context);
  if (known) return known;
  const moves = consistent(landingsOf(context).map((landing) => moveOf(context, landing)));
  cache.set(context, moves);
  return moves;
}

/** What the ignore file leaves out is missing in every stage, so that no landing of it can stay. */
function consistent(moves: readonly Move[]): Move[] {
  const ignored = new Set(moves.filter((move) => !move.landing.named && isMovable(move)).map(pathOf));
  return moves.map((move) =>
    move.decision === 'harmless' && ignored.has(pathOf(move)) ? { ...move, decision: 'build' } : move,
  );
}

function pathOf({ landing }: Move): string {
  return landing.path;
}

function moveOf(context: RuleContext, landing: Landing): Move {
  const use = useOf(context, landing);
  const decision = decideFile(context, landing, use);
  const obstacle = decision === 'harmless' ? undefined : fileObstacle(context, landing, use);
  return {
    landing,
    use,
    decision,
    ...(obstacle && { obstacle }),
    readers: context.files.needed(landing.path) === 'never' ? [] : use.readers,
  };
}

/** The finding of a file that is no part of what leaves the machine. */
export function harmless(base: Finding, { landing }: Move): Finding {
  return {
    ...base,
    level: 'note',
    message: `${landing.path} comes into a stage that is no part of the image.`,
    remedy: `Add ${landing.path} to the ignore file if no step needs it.`,
  };
}

/** Whether the file leaves the image without a question. */
export function isMovable({ decision, obstacle }: Move): boolean {
  return obstacle === undefined && (decision === 'build' || decision === 'runtime');
}

/**
 * The mounts of a file, and the RUNs freed from deleting it.
 *
 * All movable files that a RUN looks after are taken out of it together, so that two findings ask for the same edit.
 */
export function moveChanges(context: RuleContext, move: Move): Change[] {
  const movable = movesOf(context).filter(isMovable);
  const upkeep = move.use.after.flatMap((run) => {
    const here = movable.filter(({ use }) => use.after.some(({ index }) => index === run.index));
    const mounted = here.filter(({ readers }) => readers.includes(run.index));
    return withoutUpkeep(context, run, here.map(targetOf), mounted.map(targetOf));
  });
  return [...fileMounts(context, move.landing, move.readers), ...move.use.copyChanges, ...upkeep];
}

function targetOf({ landing }: Move): string {
  return landing.target;
}
