// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Dockerfiles
import { expect, test } from '@jest/globals';
import { ancestors, needed, parseDockerfile, references, stageOf } from '../../../src/dockerfile/index.ts';

const chain = parseDockerfile(`FROM scratch AS base
FROM base AS deps
FROM scratch AS Tools
FROM scratch AS unused
FROM deps AS build
COPY --from=TOOLS /a /b
RUN --mount=type=bind,from=base,target=/x make
FROM scratch
COPY --from=4 /out /out
COPY --from=example.com/image /c /d
`);

test('a FROM is tied to the stage that it names', () => {
  expect(chain.stages.map(({ parent }) => parent?.name)).toEqual([
    undefined,
    'base',
    undefined,
    undefined,
    'deps',
    undefined,
  ]);
  expect(ancestors(chain.stages[4]!).map(({ name }) => name)).toEqual(['deps', 'base']);
});

test('a target is found by name in any case, and is the last stage by default', () => {
  expect(stageOf(chain, 'DEPS')?.index).toBe(1);
  expect(stageOf(chain, '2')).toBeUndefined();
  expect(stageOf(chain)?.index).toBe(5);
  expect(stageOf(chain, 'nothing')).toBeUndefined();
});

test('references are found in COPY and in mounts, and images are none', () => {
  expect(references(chain, chain.stages[4]!).map(({ stage }) => stage.name)).toEqual(['tools', 'base']);
  expect(references(chain, chain.stages[5]!).map(({ stage }) => stage.name)).toEqual(['build']);
});

test('a stage needs what it is built on and copies from, and nothing else', () => {
  expect(needed(chain, stageOf(chain)!).map(({ name }) => name)).toEqual(['base', 'deps', 'tools', 'build', undefined]);
  expect(needed(chain, stageOf(chain, 'deps')!).map(({ name }) => name)).toEqual(['base', 'deps']);
});

test('a FROM that writes a name in capitals means an image: BuildKit looks stages up in lower case', () => {
  expect(parseDockerfile('FROM scratch AS Foo\nFROM Foo\n').stages[1]!.parent).toBeUndefined();
});

test('of two stages with one name the later is meant, and a stage never refers to itself', () => {
  const { stages } = parseDockerfile('FROM scratch AS a\nFROM scratch AS a\nFROM a AS a\n');
  expect(stages[2]!.parent).toBe(stages[1]);
});

test('a variable in FROM is expanded with global defaults and build arguments', () => {
  const source = 'ARG BASE=a\nFROM scratch AS a\nFROM scratch AS b\nFROM ${BASE}\n';
  expect(parseDockerfile(source).stages[2]!.parent?.name).toBe('a');
  expect(parseDockerfile(source, { buildArgs: new Map([['BASE', 'b']]) }).stages[2]!.parent?.name).toBe('b');
});

test('a FROM with an unknown variable may mean every stage that fits', () => {
  const source =
    'FROM scratch AS base-amd64\nFROM scratch AS base-arm64\nFROM scratch AS other\nFROM base-${TARGETARCH}\n';
  const dockerfile = parseDockerfile(source);
  expect(needed(dockerfile, stageOf(dockerfile)!).map(({ index }) => index)).toEqual([0, 1, 3]);
  const known = parseDockerfile(source, { buildArgs: new Map([['TARGETARCH', 'arm64']]) });
  expect(needed(known, stageOf(known)!).map(({ index }) => index)).toEqual([1, 3]);
});
