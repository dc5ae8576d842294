import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadConfig } from '../../../src/config/index.ts';
import type { SafebuildError } from '../../../src/errors.ts';
import { loadSecrets, type SecretRequest } from '../../../src/secrets/index.ts';

let cwd = '';

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'safebuild-quiet-'));
});
afterAll(() => rm(cwd, { recursive: true }));

// Long and odd enough that no part of a message can hold it by chance.
const value = fc
  .string({ minLength: 12, maxLength: 40, unit: fc.constantFrom(...'qZx7J9wK4"\\%$=,:;{}[]&#') })
  .map((text) => `zq7${text}`);

type Failure = (value: string) => Promise<unknown>;

async function loadWith(env: string, request: Partial<SecretRequest> = {}): Promise<unknown> {
  await writeFile(join(cwd, 'values.env'), env);
  const config = {
    envFiles: [],
    multiStage: 'never',
    secrets: new Map(),
    files: new Map(),
    scan: {},
    detectors: 'fail',
    allow: [],
    sources: { settings: new Map() },
  } as const;
  return loadSecrets({ cwd, env: {}, config, envFiles: ['values.env'], ...request });
}

async function configWith(text: string): Promise<unknown> {
  await writeFile(join(cwd, 'config.yaml'), text);
  return loadConfig({ cwd, explicitPath: 'config.yaml' });
}

const failures: readonly (readonly [what: string, fail: Failure])[] = [
  ['a NUL byte', (text) => loadWith(`API_KEY='${text.replaceAll("'", '')}\0'\n`)],
  ['a value beyond 500 KiB', (text) => loadWith(`API_KEY='${text.repeat(45_000).slice(0, 513_000)}'\n`)],
  [
    'a file that is no UTF-8',
    async (text) => {
      await writeFile(join(cwd, 'latin1.env'), Buffer.concat([Buffer.from(`A=${text}`), Buffer.from([0xe9])]));
      return loadWith('', { envFiles: ['latin1.env'] });
    },
  ],
  ['a value where --secret wants a reference', (text) => loadWith('', { secretFlags: [text] })],
  ['a value as a field of --secret', (text) => loadWith('', { secretFlags: [`id=s,${text}`] })],
  ['a value as a type of --secret', (text) => loadWith('', { secretFlags: [`id=s,type=${text}`] })],
  ['a value in the configuration', (text) => configWith(`secrets:\n  API_KEY: ${JSON.stringify(text)}\n`)],
  ['a value as a kind', (text) => configWith(`secrets:\n  API_KEY: { kind: ${JSON.stringify(text)} }\n`)],
  ['a value in broken YAML', (text) => configWith(`secrets:\n  API_KEY: "${text}\n`)],
  ['a value as an alias', (text) => configWith(`secrets: *${text.replace(/[^A-Za-z0-9]/g, '')}\n`)],
];

test.each(failures)('%s fails without showing the value', async (_what, fail) => {
  await fc.assert(
    fc.asyncProperty(value, async (text) => {
      const error = await fail(text).then(
        () => undefined,
        (thrown: SafebuildError) => thrown,
      );
      expect(error).toBeDefined();
      const shown = [
        error?.message,
        error?.hint,
        error?.stack,
        inspect(error, { depth: 9, showHidden: true }),
        JSON.stringify(error),
      ].join('\n');
      expect(error?.code).toMatch(/^(SOURCE_FAILED|USAGE|CONFIG_INVALID)$/);
      // Not even a beginning of it.
      expect(shown.includes(text.slice(0, 8))).toBe(false);
    }),
    { numRuns: 5 },
  );
});

test('a set shows names, never values, however it is printed', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (text) => {
      const set = await loadWith(
        `API_KEY='${text.replaceAll("'", '')}'\nDATABASE_URL='https://a:${text.replace(/\W/g, '')}@example.com'\n`,
      );
      const shown = [inspect(set, { depth: 9, showHidden: true }), JSON.stringify(set), String(set)].join('\n');
      expect(shown).toContain('API_KEY');
      expect(shown.includes(text.slice(0, 8))).toBe(false);
    }),
    { numRuns: 25 },
  );
});
