import { expect, test } from '@jest/globals';
import { createNoiseFilter } from '../../../../src/buildx/progress/noise.ts';

const noise =
  'ERROR: (*service).Write failed: rpc error: code = Unavailable desc = ref layer-sha256:9addb4c7 locked for 28.1ms (since 2026-11-22): unavailable\n';
const text = `#1 DONE 0.0s\n${noise}ERROR: (*service).Write failed: disk full\n${noise}ERROR: failed to build\nno newline at the end`;
const shown = '#1 DONE 0.0s\nERROR: (*service).Write failed: disk full\nERROR: failed to build\nno newline at the end';

test.each([1, 2, 7, 64, 10_000])('retries of containerd are left out, whatever the chunks (%i bytes)', (size) => {
  const filter = createNoiseFilter();
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(filter.push(bytes.subarray(at, at + size)));
  expect(Buffer.concat([...out, filter.end()]).toString()).toBe(shown);
});

test('an unfinished line is shown at once, so that progress within a line stays live', () => {
  const filter = createNoiseFilter();
  expect(filter.push(Buffer.from('50 %')).toString()).toBe('50 %');
  expect(filter.push(Buffer.from('ERR')).toString()).toBe('');
  expect(filter.push(Buffer.from('AND')).toString()).toBe('ERRAND');
});
