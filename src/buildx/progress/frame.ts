import { clipToColumns, columnsOf, printableLine } from './printable.ts';
import type { ProgressState, Step } from './state.ts';

export interface FrameOptions {
  /** Terminal size in characters. */
  columns: number;
  rows: number;
  nowMs: number;
  startedMs: number;
  finished: boolean;
}

/** Lines of output shown below a running step, as in buildx. */
const logLines = 6;
/** Lines of output repeated for a step that failed. */
const failureLines = 100;

/**
 * Draws the state as buildx's own terminal display does: a header, then a line a step.
 *
 * A frame is never higher or wider than the terminal, since what has scrolled away or wrapped cannot be redrawn: finished
 * steps give way first. Only the last frame of a build (`finished`) is as high as it needs to be.
 */
export function drawFrame(state: ProgressState, options: FrameOptions): string[] {
  const steps = [...state.values()]
    .filter((step) => step.startedMs !== undefined)
    .sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  const done = steps.filter((step) => step.completedMs !== undefined).length;
  const elapsed = seconds(options.nowMs - options.startedMs);
  const header = `[+] Building ${elapsed} (${done}/${state.size})${options.finished ? ' FINISHED' : ''}`;
  const blocks = steps.map((step) => drawStep(step, options));
  const lines = options.finished ? blocks.flat() : fitted(steps, blocks, Math.max(options.rows - 2, 0));
  return [header, ...lines].map((line) => clipToColumns(line, options.columns));
}

/** The output of a failed step, as buildx repeats it below the display. */
export function drawFailure(step: Step): string[] {
  const log = lastLines(step.log, failureLines);
  return ['------', ` > ${printableLine(step.name)}:`, ...log.map(printableLine), '------'];
}

/** The blocks that fit: finished steps go first, the oldest before others; of a single block the end is left. */
function fitted(steps: Step[], blocks: string[][], room: number): string[] {
  let height = blocks.reduce((sum, block) => sum + block.length, 0);
  while (height > room && blocks.length > 1) {
    const oldest = steps.findIndex((step) => step.completedMs !== undefined);
    const at = Math.max(oldest, 0);
    steps.splice(at, 1);
    height -= blocks.splice(at, 1)[0]?.length ?? 0;
  }
  const lines = blocks.flat();
  return lines.length <= room ? lines : [...lines.slice(0, 1), ...lines.slice(lines.length - room + 1)].slice(0, room);
}

function lastLines(log: string, count: number): string[] {
  return log.trimEnd().split('\n').slice(-count);
}

function drawStep(step: Step, options: FrameOptions): string[] {
  const { columns } = options;
  const mark = step.error !== undefined ? 'ERROR ' : step.cached ? 'CACHED ' : '';
  const spent = (step.completedMs ?? options.nowMs) - (step.startedMs ?? options.nowMs);
  const lines = [withRight(` => ${mark}${printableLine(step.name)}`, seconds(spent), columns)];
  for (const status of step.statuses.values()) {
    const from = status.started === undefined ? options.nowMs : Date.parse(status.started);
    const until = status.completed === undefined ? options.nowMs : Date.parse(status.completed);
    const done = `${printableLine(status.id)}${amount(status.current, status.total)}`;
    lines.push(withRight(` => => ${done}`, seconds(until - from), columns));
  }
  if (step.completedMs === undefined && step.log !== '') {
    lines.push(...lastLines(step.log, logLines).map((line) => ` => => # ${printableLine(line)}`));
  }
  return lines;
}

function amount(current: number | undefined, total: number | undefined): string {
  if (!current) return '';
  return total ? ` ${bytes(current)} / ${bytes(total)}` : ` ${bytes(current)}`;
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(2)}${units[unit]}`;
}

function seconds(ms: number): string {
  return `${(Math.max(ms, 0) / 1000).toFixed(1)}s`;
}

function withRight(left: string, right: string, columns: number): string {
  const room = Math.max(columns - right.length - 2, 10);
  const shown = clipToColumns(left, room);
  return `${shown}${' '.repeat(Math.max(room - columnsOf(shown), 0))} ${right}`;
}
