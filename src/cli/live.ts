import type { Ora } from 'ora';
import { applyStatus, drawFailure, drawFrame, type LiveView, type ProgressState } from '../buildx/index.ts';
import type { Output } from './io.ts';

const redrawMs = 100;
/** The frame's header begins with it, as buildx's does. */
const mark = '[+]';

/** Draws a running build on a terminal, as buildx does. What was drawn last stays. */
export function createLiveView(output: Output, coloured: boolean): LiveView {
  const state: ProgressState = new Map();
  const startedMs = Date.now();
  const spinner = createSpinner(output, {
    ...colourOf(coloured),
    spinner: { frames: [mark], interval: redrawMs },
  });
  let timer: NodeJS.Timeout | undefined;
  const frame = (finished: boolean): string =>
    drawFrame(state, {
      columns: output.stream.columns || output.columns,
      rows: output.stream.rows || output.rows,
      nowMs: Date.now(),
      startedMs,
      finished,
    }).join('\n');
  return {
    update(status) {
      applyStatus(state, status);
      if (timer !== undefined) return;
      spinner.show(withoutMark(frame(false)));
      timer = setInterval(() => spinner.show(withoutMark(frame(false))), redrawMs);
    },
    finish() {
      if (timer === undefined) return;
      clearInterval(timer);
      spinner.stop();
      const failed = [...state.values()].filter((step) => step.error !== undefined && step.log !== '');
      output.stream.write(`${frame(true)}\n${failed.map((step) => `${drawFailure(step).join('\n')}\n`).join('')}`);
    },
  };
}

function withoutMark(frame: string): string {
  return frame.slice(mark.length + 1);
}

/** A spinner that says what safebuild does between the build and its end; silent where there is no terminal. */
export function createPhase(output: Output, coloured: boolean): (text: string | undefined) => void {
  const spinner = createSpinner(output, colourOf(coloured));
  return (text) => {
    if (!output.isTTY) return;
    if (text === undefined) spinner.stop();
    else spinner.show(text);
  };
}

/** ora's own default is cyan, whatever the environment says. */
function colourOf(coloured: boolean): { color?: false } {
  return coloured ? {} : { color: false };
}

interface Spinner {
  show(text: string): void;
  stop(): void;
}

/** ora, loaded when there is something to show: most runs have no terminal, and it is slow to load. */
function createSpinner(
  output: Output,
  look: { color?: false; spinner?: { frames: string[]; interval: number } },
): Spinner {
  let wanted: string | undefined;
  let running: Ora | undefined;
  const start = async (): Promise<void> => {
    const { default: ora } = await import('ora');
    // Meanwhile it may have been stopped, or started by an earlier call.
    if (wanted === undefined || running !== undefined) return;
    // Standard input may be the user's Dockerfile.
    running = ora({ ...look, stream: output.stream, discardStdin: false, text: wanted }).start();
  };
  return {
    show(text) {
      const starting = wanted === undefined;
      wanted = text;
      if (running) running.text = text;
      else if (starting) void start();
    },
    stop() {
      wanted = undefined;
      running?.stop();
      running = undefined;
    },
  };
}
