import { expect, test } from '@jest/globals';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { valid } from '../dockerfile/corpus.ts';
import { splitProject } from './split-project.ts';

interface Kind {
  image: string;
  files: Readonly<Record<string, string>>;
  /** Makes of a Dockerfile of the corpus one that the template fits, or nearly. */
  ending: string;
}

const kinds: readonly Kind[] = [
  {
    image: 'python:3.12-slim',
    files: { 'requirements.txt': '' },
    ending: '\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "a.py"]\n',
  },
  {
    image: 'golang:1.22',
    files: { 'go.mod': '' },
    ending: '\nWORKDIR /app\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app/a\nCMD ["/app/a"]\n',
  },
  {
    image: 'php:8.3-apache',
    files: { 'composer.json': '{}', 'composer.lock': '' },
    ending: '\nWORKDIR /app\nCOPY . .\nRUN composer install --no-dev\n',
  },
  {
    image: 'node:22-slim',
    files: { 'package.json': '{}', 'package-lock.json': '' },
    ending: '\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "a.js"]\n',
  },
  { image: 'ruby:3.3', files: { Gemfile: '', 'Gemfile.lock': '' }, ending: '' },
];

test('every Dockerfile is split into two stages that the parser reads, and then never again, or refused with a reason', () => {
  let split = 0;
  const vague: string[] = [];
  for (const source of Object.values(valid)) {
    for (const { image, files, ending } of kinds) {
      const text = source.replace(/^(\s*from\s+)scratch/im, (_whole, from: string) => from + image) + ending;
      const result = splitWhereValid(text, files);
      if (result === undefined) continue;
      if ('refused' in result) {
        if (result.why === '' || !result.whatToChange.endsWith('.')) vague.push(result.refused);
        continue;
      }
      split++;
      expect(parseDockerfile(result.text).stages).toHaveLength(2);
      expect(splitProject(result.text, files)).toMatchObject({ refused: 'one-stage' });
    }
  }
  expect(split).toBeGreaterThan(30);
  expect(vague).toEqual([]);
});

/** Undefined where the ending has made the Dockerfile one that BuildKit refuses. */
function splitWhereValid(text: string, files: Readonly<Record<string, string>>) {
  try {
    parseDockerfile(text);
  } catch {
    return undefined;
  }
  return splitProject(text, files);
}
