import ora, { type Ora } from 'ora';
import { applyStatus, drawFailure, drawFrame, type LiveView, type ProgressState } from '../buildx/index.ts';
import type { Output } from './io.ts';

const redrawMs = 100;
/** The frame's header begins with it, as buildx's does. */
const mark = '[+]';

/** Draws a running build on a terminal, as buildx does. What was drawn last stays. */
export function createLiveView(output: Output): LiveView {
  const state: ProgressState = new Map();
  const startedMs = Date.now();
  let spinner: Ora | undefined;
  let timer: NodeJS.Timeout | undefined;
  const frame = (finished: boolean): string =>
    drawFrame(state, {
      columns: output.stream.columns ?? output.columns,
      rows: output.stream.rows ?? output.rows,
      nowMs: Date.now(),
      startedMs,
      finished,
    }).join('\n');
  return {
    update(status) {
      applyStatus(state, status);
      if (spinner !== undefined) return;
      spinner = ora({
        stream: output.stream,
        spinner: { frames: [mark], interval: redrawMs },
        // Standard input may be the user's Dockerfile.
        discardStdin: false,
        text: withoutMark(frame(false)),
      }).start();
      timer = setInterval(() => {
        if (spinner) spinner.text = withoutMark(frame(false));
      }, redrawMs);
    },
    finish() {
      clearInterval(timer);
      if (spinner === undefined) return;
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
export function createPhase(output: Output): (text: string | undefined) => void {
  let spinner: Ora | undefined;
  return (text) => {
    if (!output.isTTY) return;
    if (text === undefined) {
      spinner?.stop();
      spinner = undefined;
    } else if (spinner) spinner.text = text;
    else spinner = ora({ stream: output.stream, text, discardStdin: false }).start();
  };
}
