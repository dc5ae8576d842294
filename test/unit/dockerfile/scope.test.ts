import { expect, test } from '@jest/globals';
import { parseDockerfile, userAt, valueAt, workdirAt } from '../../../src/dockerfile/index.ts';

const dockerfile = parseDockerfile(`ARG GLOBAL=g
ARG UNUSED
FROM scratch AS a
ARG GLOBAL
ARG A=1
ENV E=\${A}2
WORKDIR /srv
WORKDIR app
USER app
RUN one
FROM a AS b
ARG GLOBAL=own
ENV A=env
WORKDIR $E
RUN two
FROM image:1
WORKDIR sub
RUN three
WORKDIR /abs
USER $WHO
RUN four
`);

function at(text: string) {
  return dockerfile.instructions.find((instruction) => instruction.text === text)!;
}

test('a value is the default of the ARG, unless ENV or a build argument says otherwise', () => {
  expect(valueAt(dockerfile, at('one'), 'GLOBAL')).toBe('g');
  expect(valueAt(dockerfile, at('one'), 'E')).toBe('12');
  expect(valueAt(dockerfile, at('one'), 'E', new Map([['A', '7']]))).toBe('72');
  expect(valueAt(dockerfile, at('two'), 'A')).toBe('env');
  expect(valueAt(dockerfile, at('three'), 'PATH')).toBeUndefined();
});

test('a global ARG reaches a stage only when it is declared again', () => {
  expect(valueAt(dockerfile, at('two'), 'GLOBAL')).toBe('own');
  expect(valueAt(dockerfile, at('three'), 'GLOBAL')).toBeUndefined();
});

test('WORKDIR is followed through stages and variables', () => {
  expect(workdirAt(dockerfile, at('one'))).toBe('/srv/app');
  expect(workdirAt(dockerfile, at('two'))).toBe('/srv/app/12');
});

test('what an unknown base decides is undefined until the file says it', () => {
  expect(workdirAt(dockerfile, at('three'))).toBeUndefined();
  expect(workdirAt(dockerfile, at('four'))).toBe('/abs');
  expect([userAt(dockerfile, at('one')), userAt(dockerfile, at('three')), userAt(dockerfile, at('four'))]).toEqual([
    'app',
    undefined,
    undefined,
  ]);
});
