import { lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseFields } from '../../../src/buildx/csv.ts';
import { type HandedSecret, handOver } from '../../../src/buildx/secret-values.ts';
import { Secret } from '../../../src/secrets/index.ts';

const canary = Buffer.from('not-a-secret-7f3a91c2d4e8');

let root = '';
let dir = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'safebuild-test-'));
  dir = join(root, 'values');
});
afterEach(() => rm(root, { recursive: true, force: true }));

function handed(value: Uint8Array | string, asVariable = false, id = 'token'): HandedSecret {
  const origin = { source: 'dotenv', where: '.env' } as const;
  return {
    id,
    asVariable,
    secret: new Secret({ name: 'TOKEN', value: Buffer.from(value), origin, reason: 'its name' }),
  };
}

/** What buildx would read for each id. */
async function received({ args, env }: Awaited<ReturnType<typeof handOver>>): Promise<Map<string, Buffer>> {
  const values = new Map<string, Buffer>();
  for (const [index, word] of args.entries()) {
    if (index % 2 === 0) {
      expect(word).toBe('--secret');
      continue;
    }
    const fields = parseFields(word, '--secret');
    const source = fields.get('src');
    const value = source === undefined ? Buffer.from(env[fields.get('env') ?? ''] ?? 'unset') : await readFile(source);
    values.set(fields.get('id') ?? '', value);
  }
  return values;
}

test('text goes through a variable with a neutral name, byte for byte', async () => {
  const handover = await handOver([handed(' line 1\nline 2\r\n')], dir);
  expect(handover.args).toEqual(['--secret', 'id=token,env=SAFEBUILD_SECRET_0']);
  expect(handover.env).toEqual({ SAFEBUILD_SECRET_0: ' line 1\nline 2\r\n' });
  await expect(lstat(dir)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x80, 0x41])],
  ['a NUL byte', Buffer.from('not-a-secret\0-7f3a91c2d4e8')],
  ['more than a variable holds', Buffer.alloc(200 * 1024, 'x')],
])('%s goes through a private file', async (_, value) => {
  const handover = await handOver([handed(value)], dir);
  expect(handover.env).toEqual({});
  expect(await received(handover)).toEqual(new Map([['token', value]]));
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dir, 'secret-0'))).mode & 0o777).toBe(0o600);
});

test('a file that is there already is replaced and not written through', async () => {
  const handover = await handOver([handed(Buffer.from([0xff]))], dir);
  const victim = join(root, 'victim');
  await writeFile(victim, 'untouched');
  await rm(join(dir, 'secret-0'));
  await symlink(victim, join(dir, 'secret-0'));
  expect(await received(await handOver([handed(Buffer.from([0xfe]))], dir))).toEqual(
    new Map([['token', Buffer.from([0xfe])]]),
  );
  expect(handover.args).toHaveLength(2);
  expect(await readFile(victim, 'utf8')).toBe('untouched');
});

test('many large values do not overfill the environment of the child', async () => {
  const many = Array.from({ length: 40 }, (_, index) => handed(`${index}-`.padEnd(90_000, 'x'), false, `id${index}`));
  const handover = await handOver(many, dir);
  const inVariables = Object.values(handover.env).reduce((sum, value) => sum + value.length, 0);
  expect(inVariables).toBeLessThanOrEqual(512 * 1024);
  expect((await received(handover)).size).toBe(40);
});

test.each([
  ['a NUL byte in a variable, which BuildKit would print', Buffer.from('not-a-secret\0x'), true],
  ['a variable that is too large', Buffer.alloc(101 * 1024, 'x'), true],
  ['more than BuildKit takes', Buffer.alloc(500 * 1024 + 1, 'x'), false],
])('%s is refused, by name only', async (_, value, asVariable) => {
  const refused = await handOver([handed(value, asVariable)], dir).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('TOKEN') });
  expect(JSON.stringify(refused)).not.toContain('not-a-secret');
});

test('no value is ever an argument: each one names its id and a neutral source', () => {
  const id = fc.string({ minLength: 1, maxLength: 6 });
  const value = fc.oneof(fc.string(), fc.uint8Array()).map((tail) => Buffer.concat([canary, Buffer.from(tail)]));
  return fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(id, value), { maxLength: 4 }), async (pairs) => {
      const secrets = pairs.map(([name, bytes], index) => handed(bytes, false, `${index}${name}`));
      const handover = await handOver(secrets, dir);
      expect(await received(handover)).toEqual(new Map(secrets.map((one) => [one.id, one.secret.reveal()])));
      const words = handover.args.filter((word) => word !== '--secret');
      expect(words.join('\n')).not.toContain(canary.toString());
      for (const word of words) {
        const sources = [...parseFields(word, '--secret')].filter(([key]) => key !== 'id');
        expect(sources).toHaveLength(1);
        expect(sources[0]?.[1]).toMatch(/^(SAFEBUILD_SECRET_\d+|.*\/values\/secret-\d+)$/);
      }
    }),
    { numRuns: 40 },
  );
});
