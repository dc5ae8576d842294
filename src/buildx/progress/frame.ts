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

/**
 * Draws the state as buildx's own terminal display does: a header, then a line a step.
 *
 * A frame never has more lines than the terminal, since what has scrolled away cannot be redrawn: finished steps give way first.
 */
export function drawFrame(state: ProgressState, options: FrameOptions): string[] {
  const steps = [...state.values()]
    .filter((step) => step.startedMs !== undefined)
    .sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  const done = steps.filter((step) => step.completedMs !== undefined).length;
  const elapsed = seconds(options.nowMs - options.startedMs);
  const header = `[+] Building ${elapsed} (${done}/${state.size})${options.finished ? ' FINISHED' : ''}`;
  const blocks = steps.map((step) => drawStep(step, options));
  const room = Math.max(options.rows - 2, 4);
  while (!options.finished && blocks.length > 1 && blocks.reduce((sum, block) => sum + block.length, 0) > room) {
    const oldest = steps.findIndex((step) => step.completedMs !== undefined);
    const at = oldest < 0 ? 0 : oldest;
    steps.splice(at, 1);
    blocks.splice(at, 1);
  }
  return [clip(header, options.columns), ...blocks.flat()];
}

/** The output of a failed step, as buildx repeats it below the display. */
export function drawFailure(step: Step): string[] {
  return ['------', ` > ${step.name}:`, ...step.log.trimEnd().split('\n').slice(-100), '------'];
}

function drawStep(step: Step, options: FrameOptions): string[] {
  const { columns } = options;
  const mark = step.error !== undefined ? 'ERROR ' : step.cached ? 'CACHED ' : '';
  const spent = (step.completedMs ?? options.nowMs) - (step.startedMs ?? options.nowMs);
  const lines = [withRight(` => ${mark}${step.name}`, seconds(spent), columns)];
  for (const status of step.statuses.values()) {
    const from = status.started === undefined ? options.nowMs : Date.parse(status.started);
    const until = status.completed === undefined ? options.nowMs : Date.parse(status.completed);
    lines.push(withRight(` => => ${status.id}${amount(status.current, status.total)}`, seconds(until - from), columns));
  }
  if (step.completedMs === undefined && step.log !== '') {
    const tail = step.log.trimEnd().split('\n').slice(-logLines);
    lines.push(...tail.map((line) => clip(` => => # ${line.replaceAll(/[\r\t]/g, ' ')}`, columns)));
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
  return `${clip(left, room).padEnd(room)} ${right}`;
}

function clip(text: string, columns: number): string {
  return text.length > columns ? text.slice(0, columns) : text;
}
