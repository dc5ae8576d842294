import { expect, test } from '@jest/globals';
import { pause, pauseMs } from '../../../src/registry/pause.ts';

const nowMs = Date.UTC(2030, 0, 1, 12, 0, 0);

test.each([
  [1, undefined, 300],
  [3, null, 1200],
  [1, '2', 2000],
  [1, 'Tue, 01 Jan 2030 12:00:05 GMT', 5000],
  [1, 'Tue, 01 Jan 2030 11:00:00 GMT', 300],
  [1, '0', 300],
  [1, 'soon', 300],
  [1, '86400', 60_000],
])('after %d failed tries and Retry-After %p the pause is %d ms', (tried, retryAfter, ms) => {
  expect(pauseMs(tried, retryAfter, nowMs)).toBe(ms);
});

test('a pause ends at once when it is broken off', async () => {
  const stop = new AbortController();
  const pausing = pause(60_000, stop.signal);
  stop.abort();
  await pausing;
  await pause(60_000, stop.signal);
});
