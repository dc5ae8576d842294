import { expect, test } from '@jest/globals';
import { baseOf, locationOf, traceHistory } from '../../../src/build/trace.ts';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';

/** Lines of the instructions that made each history entry, `base`, or undefined. */
function lines(dockerfile: string, keywords: readonly string[], target?: string): (number | 'base' | undefined)[] {
  return traceHistory(parseDockerfile(dockerfile), target, keywords).map((made) =>
    typeof made === 'object' ? made.line : made,
  );
}

const one = 'FROM node:20\nWORKDIR /app\nONBUILD RUN x\nCOPY . .\nRUN npm ci\nCMD ["node"]\n';

test('entries behind those of the base image are the instructions, in order', () => {
  expect(lines(one, ['/bin/sh', 'CMD', 'ENV', 'WORKDIR', 'COPY', 'RUN', 'CMD'])).toEqual([
    'base',
    'base',
    'base',
    2,
    4,
    5,
    6,
  ]);
});

test('a base image without history changes nothing', () => {
  expect(lines(one, ['WORKDIR', 'COPY', 'RUN', 'CMD'])).toEqual([2, 4, 5, 6]);
});

test('a base image whose history ends like the Dockerfile is not taken for it', () => {
  expect(lines('FROM x\nRUN a\n', ['RUN', 'RUN', 'RUN'])).toEqual(['base', 'base', 2]);
});

test('only the stage that is built counts, with the stages that it continues', () => {
  const stages = 'FROM a AS base\nRUN a\nFROM b AS other\nRUN b\nRUN b\nFROM base AS final\nCOPY c .\nRUN d\n';
  expect(lines(stages, ['ENV', 'RUN', 'COPY', 'RUN'])).toEqual(['base', 2, 7, 8]);
  expect(lines(stages, ['ENV', 'RUN', 'RUN'], 'other')).toEqual(['base', 4, 5]);
});

test('where history and Dockerfile disagree, nothing before it is claimed, also not for the base image', () => {
  expect(lines(one, ['WORKDIR', 'ADD', 'RUN', 'CMD'])).toEqual([undefined, undefined, 5, 6]);
});

test('an unknown target traces nothing', () => {
  expect(lines(one, ['RUN'], 'nowhere')).toEqual([undefined]);
});

test('an instruction of several lines is located whole', () => {
  const [run] = traceHistory(parseDockerfile('FROM x\nRUN a \\\n  b\n'), undefined, ['RUN']);
  expect(typeof run === 'object' && locationOf(run, 'sub/Dockerfile')).toEqual({
    kind: 'dockerfile',
    path: 'sub/Dockerfile',
    line: 2,
    endLine: 3,
  });
});

test('a history that is too short claims nothing for the base image', () => {
  expect(lines(one, ['CMD'])).toEqual([6]);
  expect(lines(one, ['COPY', 'RUN', 'CMD'])).toEqual([4, 5, 6]);
});

test('a stage that a variable chooses may have made what stands before', () => {
  const stages = 'ARG X\nFROM a AS base-one\nRUN a\nFROM base-$X\nRUN b\n';
  expect(lines(stages, ['ENV', 'RUN', 'RUN'])).toEqual([undefined, undefined, 5]);
});

test('the base image is called what FROM calls it', () => {
  const stages = 'ARG V=20\nFROM node:$V AS base\nRUN a\nFROM other\nFROM base\n';
  expect(baseOf(parseDockerfile(stages), undefined)).toBe('node:$V');
  expect(baseOf(parseDockerfile(stages), 'nowhere')).toBeUndefined();
});
