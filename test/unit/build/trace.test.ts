import { expect, test } from '@jest/globals';
import { locationOf, traceHistory } from '../../../src/build/trace.ts';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';

/** Lines of the instructions that made each history entry; `base` for those of the base image. */
function lines(dockerfile: string, keywords: readonly string[], target?: string): (number | 'base')[] {
  return traceHistory(parseDockerfile(dockerfile), target, keywords).map((instruction) => instruction?.line ?? 'base');
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

test('where history and Dockerfile disagree, nothing before it is claimed', () => {
  expect(lines(one, ['WORKDIR', 'ADD', 'RUN', 'CMD'])).toEqual(['base', 'base', 5, 6]);
});

test('an unknown target traces nothing', () => {
  expect(lines(one, ['RUN'], 'nowhere')).toEqual(['base']);
});

test('an instruction of several lines is located whole', () => {
  const [run] = traceHistory(parseDockerfile('FROM x\nRUN a \\\n  b\n'), undefined, ['RUN']);
  expect(run && locationOf(run, 'sub/Dockerfile')).toEqual({
    kind: 'dockerfile',
    path: 'sub/Dockerfile',
    line: 2,
    endLine: 3,
  });
});
