import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { verdictPlace } from '../../../src/build/verdict-place.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'safebuild-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('it is the same place and key every time, and the cache folder may be elsewhere', async () => {
  const place = await verdictPlace({ HOME: home });
  expect(place?.dir).toBe(join(home, '.cache/safebuild/verdicts'));
  expect(await verdictPlace({ HOME: home }, join(home, 'project'))).toEqual(place);
  const elsewhere = await verdictPlace({ HOME: home, XDG_CACHE_HOME: '/var/cache' });
  expect(elsewhere).toEqual({ dir: '/var/cache/safebuild/verdicts', key: place?.key });
  // a relative one is to be ignored, as for every program
  expect(await verdictPlace({ HOME: home, XDG_CACHE_HOME: 'cache' })).toEqual(place);
});

test('there is none where it would become part of the image, and none on demand', async () => {
  expect(await verdictPlace({ HOME: home }, home)).toBeUndefined();
  expect(await verdictPlace({ HOME: home, SAFEBUILD_VERDICTS: 'off' })).toBeUndefined();
});
