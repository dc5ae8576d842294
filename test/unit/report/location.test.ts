import { expect, test } from '@jest/globals';
import type { Location } from '../../../src/finding.ts';
import { describeLocation, describeMaker } from '../../../src/report/location.ts';

test.each<[Location, string]>([
  [{ kind: 'dockerfile', path: 'build/Dockerfile', line: 4, endLine: 6 }, 'build/Dockerfile:4'],
  [{ kind: 'context', path: '.env' }, '.env'],
  [{ kind: 'context', path: '.env', line: 3 }, '.env:3'],
  [{ kind: 'flag', flag: '--build-arg TOKEN' }, '--build-arg TOKEN'],
  [{ kind: 'image', place: 'layer', layer: 3, layers: 5, path: 'app/.npmrc' }, 'layer 3 of 5 › app/.npmrc'],
  [
    { kind: 'image', place: 'config', path: '/config/Env/1', platform: 'linux/arm64' },
    'image config › /config/Env/1 (linux/arm64)',
  ],
  [{ kind: 'image', place: 'attestation' }, 'attestation'],
])('%j reads %s', (location, text) => {
  expect(describeLocation(location)).toBe(text);
});

test('the line that made the bytes goes before the history', () => {
  const image = { kind: 'image', place: 'layer', createdBy: 'RUN x' } as const;
  const madeBy = { kind: 'dockerfile', path: 'Dockerfile', line: 7, endLine: 7 } as const;
  expect(describeMaker({ ...image, madeBy })).toBe('Dockerfile:7');
  expect(describeMaker({ ...image, madeBy: 'base' })).toBe('it came with the base image');
  expect(describeMaker(image)).toBe('RUN x');
  expect(describeMaker({ kind: 'image', place: 'config' })).toBeUndefined();
});
