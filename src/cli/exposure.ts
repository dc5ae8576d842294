import { url as inspectorUrl } from 'node:inspector';
import { SafebuildError } from '../errors.ts';

/** What this module needs of the process; `process` has it. */
export interface ExposedProcess {
  execArgv: readonly string[];
  report?: Pick<NodeJS.ProcessReport, 'reportOnFatalError' | 'reportOnSignal' | 'reportOnUncaughtException'>;
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  removeAllListeners(signal: string): unknown;
}

/** Sections of NODE_DEBUG with which Node, or a library of ours, prints variables, headers or bytes of what it handles. */
const telling = [
  'child_process',
  'execa',
  'fetch',
  'http',
  'http2',
  'https',
  'net',
  'stream',
  'tls',
  'undici',
  'websocket',
];

/**
 * Closes the ways by which Node itself would show the memory or the environment of this process.
 *
 * Switched off: diagnostic reports, which hold every variable, heap snapshots on a signal, and the debugger that SIGUSR1
 * opens. Throws USAGE for what cannot be switched off any more: sections of NODE_DEBUG that print variables and headers, and
 * a heap snapshot near the limit. Returns what a person should be warned of: a debugger that is open.
 */
export function closeExposures(env: Readonly<Record<string, string>>, self: ExposedProcess): string | undefined {
  // Node takes each of them with underscores, in quotes, and its value as a word of its own.
  const options = [...self.execArgv, env.NODE_OPTIONS ?? ''].join(' ').replaceAll('"', '').replaceAll('_', '-');
  const section = (env.NODE_DEBUG ?? '').split(',').find(prints);
  if (section !== undefined) {
    throw new SafebuildError('USAGE', 'NODE_DEBUG makes Node print variables and headers, which hold secrets.', {
      hint: 'Unset NODE_DEBUG.',
    });
  }
  if (options.includes('--heapsnapshot-near-heap-limit')) {
    throw new SafebuildError('USAGE', 'NODE_OPTIONS makes Node write its memory, which holds secrets, to a file.', {
      hint: 'Take --heapsnapshot-near-heap-limit out of NODE_OPTIONS.',
    });
  }
  if (self.report) {
    self.report.reportOnFatalError = false;
    self.report.reportOnSignal = false;
    self.report.reportOnUncaughtException = false;
  }
  for (const [, signal = ''] of options.matchAll(/--heapsnapshot-signal[= ]+(SIG\w+)/g))
    self.removeAllListeners(signal);
  // With a listener Node's own handler, which opens the debugger to everybody on this machine, is gone.
  self.on('SIGUSR1', () => undefined);
  if (inspectorUrl() === undefined) return undefined;
  return 'a debugger is open (--inspect): whoever connects to it can read every secret of this run';
}

/** NODE_DEBUG takes `*` for any letters, and any case. */
function prints(section: string): boolean {
  const pattern = section
    .trim()
    .replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*');
  return pattern !== '' && telling.some((name) => new RegExp(`^${pattern}$`, 'i').test(name));
}
