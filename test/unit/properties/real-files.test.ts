import { expect, test } from '@jest/globals';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { hasCode } from '../../../src/errors.ts';
import { mendOnce } from './mended.ts';
import { realDockerfiles, textOf } from './real-files.ts';

const paths = realDockerfiles();

/** Every name that a build argument or a variable of the file has is taken for a secret: the worst project that it may be of. */
function allSecret(source: string) {
  const names = parseDockerfile(source).instructions.flatMap(({ keyword, pairs = [] }) =>
    keyword === 'ARG' || keyword === 'ENV' ? pairs.map(({ name }) => name) : [],
  );
  const secrets = Object.fromEntries(names.map((name) => [name, { needed: 'build' as const }]));
  const files = { '.npmrc': {}, 'package.json': {} };
  return { source, given: { about: 'real', secrets, files, expect: { findings: [] } } };
}

test('there are real files to run over: those of this project at least', () => {
  expect(paths.length).toBeGreaterThan(100);
});

test('each is read whole or refused with a line, and mended to a Dockerfile that is mended no further', () => {
  const refused: string[] = [];
  for (const path of paths) {
    const source = textOf(path);
    try {
      parseDockerfile(source);
    } catch (error) {
      expect({ path, known: hasCode(error, 'DOCKERFILE_INVALID') }).toEqual({ path, known: true });
      refused.push(path);
      continue;
    }
    const generated = allSecret(source);
    const once = mendOnce(generated);
    if (once.planned.changes.length === 0) expect({ path, text: once.text }).toEqual({ path, text: source });
    let text = once.text;
    for (let round = 0; round < 4; round++) {
      const next = mendOnce({ ...generated, source: text }, once.planned.ignore).text;
      if (next === text) break;
      expect({ path, rounds: round }).not.toEqual({ path, rounds: 3 });
      text = next;
    }
  }
  expect(refused.filter((path) => /\/(?:examples|test\/fixtures)\//.test(path))).toEqual([]);
});
