import type { Redactor } from '../secrets/redact.ts';
import type { Docker } from './docker.ts';
import { maskPlainProgress } from './progress/broken-lines.ts';
import { linesOf } from './progress/lines.ts';
import { createNoiseFilter, isNoise } from './progress/noise.ts';
import { createStatusMask, type SolveStatus } from './progress/status.ts';

/** A display that draws the build while it runs. It gets masked data only. */
export interface LiveView {
  update(status: SolveStatus): void;
  /** Ends the display; what follows are plain lines. */
  finish(): void;
}

/** Where the output of a build goes. Everything that arrives here is masked. */
export interface BuildOutput {
  stderr(chunk: Uint8Array): void;
  /** Present on a terminal: the build is asked for rawjson and drawn here. */
  live?: LiveView;
}

export interface BuildRun {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  input?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  signal: AbortSignal;
  redactor: Redactor;
  /** `live` needs `output.live`; `lines` passes JSON lines on as they are but masked; `bytes` is everything else. */
  progress: 'live' | 'lines' | 'bytes';
  output: BuildOutput;
}

export interface BuildOutcome {
  exitCode: number;
  /** What the build printed on standard output: the image id with `-q`, else nothing. */
  stdout: Buffer;
}

/** Runs `docker buildx build` and shows its progress with every secret masked. Never throws for a failed build. */
export async function runBuild(docker: Docker, run: BuildRun): Promise<BuildOutcome> {
  const child = docker.start(run.args, { env: run.env, input: run.input, signal: run.signal });
  const stdout: Uint8Array[] = [];
  const collect = async (): Promise<void> => {
    for await (const chunk of child.stdout) stdout.push(chunk);
  };
  const show = run.progress === 'bytes' ? showBytes(child.stderr, run) : showLines(child.stderr, run);
  // Both must be drained at once: a full pipe would stop the child.
  const streams = Promise.allSettled([show, collect()]);
  const exitCode = await child.exit;
  const failed = (await streams).find((result) => result.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return { exitCode, stdout: Buffer.concat(stdout) };
}

async function showBytes(stderr: AsyncIterable<Uint8Array>, { redactor, output }: BuildRun): Promise<void> {
  const masked = maskPlainProgress(redactor);
  const quiet = createNoiseFilter();
  for await (const chunk of stderr) output.stderr(quiet.push(masked.push(chunk)));
  output.stderr(quiet.push(masked.end()));
  output.stderr(quiet.end());
}

async function showLines(stderr: AsyncIterable<Uint8Array>, { redactor, output, progress }: BuildRun): Promise<void> {
  const mask = createStatusMask(redactor);
  // A text line may hold one line of a secret of several lines; as one stream it is masked across the line ends too.
  const text: string[] = [];
  try {
    for await (const line of linesOf(stderr)) {
      const shown = mask(line);
      if (shown.kind === 'text') {
        if (!isNoise(line)) text.push(line);
      } else if (progress === 'live') output.live?.update(shown.status);
      else output.stderr(Buffer.from(`${JSON.stringify(shown.status)}\n`));
    }
  } finally {
    output.live?.finish();
  }
  if (text.length > 0) output.stderr(Buffer.from(`${redactor.redactText(text.join('\n'))}\n`));
}
