import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scanBytes, scanImage } from '../../../src/scan/index.ts';
import { judge } from '../../../src/secrets/judge.ts';
import type { Secret } from '../../../src/secrets/secret.ts';
import { unjudged } from '../../../src/secrets/sources/candidate.ts';
import { Layout, memorySource } from '../image/build-image.ts';

const value = 'not-a-secret-7f3a91c2d4e8';

function secretsOf(secret: string): readonly Secret[] {
  const candidate = { ...unjudged('API_KEY', secret, { source: 'dotenv', where: '.env' }, 3), certain: true };
  return judge([candidate], { rules: new Map() }).secrets;
}

/** For each of `texts`, which secrets the proof finds in a file with it, when the project's `API_KEY` is `secret`. */
async function foundIn(secret: string, texts: readonly string[]): Promise<string[][]> {
  const layout = new Layout();
  layout.root([layout.image([texts.map((content, index) => ({ path: `leak-${index}`, content }))])]);
  const { findings } = await scanImage(memorySource(layout.files), secretsOf(secret), {});
  return texts.map((_, index) =>
    findings
      .filter(({ location }) => location.kind === 'image' && location.path === `leak-${index}`)
      .map((finding) => finding.secret ?? ''),
  );
}

const encoded = 'not%2Da%2Dsecret%2D7f3a91c2d4e8';

// Every `echo VALUE > FILE` leaves a newline; a tool that reads the file may copy it or not.
test.each([
  [`${value}\n`, `${value}\n`, 'API_KEY'],
  [`${value}\n`, value, 'API_KEY'],
  [`${value}\r\n`, value, 'API_KEY'],
  [` ${value} `, ` ${value} `, 'API_KEY'],
  [` ${value} \n`, value, 'API_KEY (trimmed)'],
  [encoded, encoded, 'API_KEY'],
  [`${encoded}\n`, value, 'API_KEY (decoded)'],
  [`redis://:${encoded}@cache.example.com`, value, 'API_KEY (password)'],
  [`redis://:${encoded}@cache.example.com`, encoded, 'API_KEY (password)'],
])('the proof of %j in %j names it', async (secret, text, name) => {
  expect(await foundIn(secret, [text])).toEqual([[name]]);
  expect(scanBytes(Buffer.from(text), secretsOf(secret)).map((hit) => hit.secret)).toContain(name);
});

const core = fc.stringMatching(/^[a-z]{4}[A-Za-z0-9%@:/=."'{}$ _-]{12,40}[0-9]{4}$/);
const around = fc.constantFrom('', '\n', '\r\n', ' ', '\t', '\n\n', ' \n');
const written = fc.oneof(
  core,
  core.map(encodeURIComponent),
  core.map((text) => `postgres://app:${encodeURIComponent(text)}@db.example.com/app`),
  core.map((text) => JSON.stringify({ host: 'db.example.com', password: text }, null, 2)),
  core.map((text) => `[default]\nregion = eu-west-1\naws_secret_access_key = ${text}`),
  core.map((text) => `users:\n  - user:\n      token: ${JSON.stringify(text)}`),
  core.map((text) => `API_KEY=${text}`),
  fc.array(core, { minLength: 2, maxLength: 4 }).map((lines) => lines.join('\n')),
);

test('a secret is reported wherever its bytes stand, and a part by a name of its own', async () => {
  await fc.assert(
    fc.asyncProperty(around, written, around, async (before, secret, after) => {
      const whole = `${before}${secret}${after}`;
      const searched = secretsOf(whole).filter(({ weak }) => weak === undefined);
      for (const { name, partOf } of searched) expect(partOf).toBe(name === 'API_KEY' ? undefined : 'API_KEY');
      const parts = searched.map((part) => part.reveal().toString('utf8'));
      for (const names of await foundIn(whole, [whole, `x ${whole.trim()} y`, ...parts])) {
        expect(names).not.toEqual([]);
        expect(names.every((name) => /^API_KEY(?: \(.+\))?$/.test(name))).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});
