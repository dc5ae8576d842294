import { expect, test } from '@jest/globals';
import { closeExposures } from '../../../src/cli/exposure.ts';

function fakeProcess(...execArgv: string[]) {
  const removed: string[] = [];
  const listening: string[] = [];
  const report = { reportOnFatalError: true, reportOnSignal: true, reportOnUncaughtException: true };
  const self = {
    execArgv,
    report,
    on: (signal: string) => listening.push(signal),
    removeAllListeners: (signal: string) => removed.push(signal),
  };
  return { self, report, removed, listening };
}

test.each(['child_process', 'HTTP', 'app,net', 'un*', '*'])(
  'NODE_DEBUG=%s is refused: it prints variables',
  (sections) => {
    expect(() => closeExposures({ NODE_DEBUG: sections }, fakeProcess().self)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: 'Unset NODE_DEBUG.' }),
    );
  },
);

test.each(['', 'app', 'timer,app-*'])('NODE_DEBUG=%s is the user’s own', (sections) => {
  expect(closeExposures({ NODE_DEBUG: sections }, fakeProcess().self)).toBeUndefined();
});

test('a heap snapshot near the limit cannot be called off any more, and is refused', () => {
  const env = { NODE_OPTIONS: '--no-warnings --heapsnapshot-near-heap-limit=2' };
  expect(() => closeExposures(env, fakeProcess().self)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

test('reports, snapshots on a signal and the debugger on SIGUSR1 are switched off', () => {
  const { self, report, removed, listening } = fakeProcess('--heapsnapshot-signal=SIGUSR2');
  closeExposures({ NODE_OPTIONS: '--report-on-signal "--heapsnapshot_signal" SIGPIPE' }, self);
  expect(Object.values(report)).toEqual([false, false, false]);
  expect(removed).toEqual(['SIGUSR2', 'SIGPIPE']);
  expect(listening).toEqual(['SIGUSR1']);
});
