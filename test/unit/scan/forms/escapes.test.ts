import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRedactor } from '../../../../src/secrets/redact.ts';
import { Secret } from '../../../../src/secrets/secret.ts';
import { formsFound } from './search.ts';

/** Made up; every character that some writer escapes stands in it. */
const awkward = `Zq8'v&K2$m<P"x>4\\w\`not;a(secret)=:#!%{7f3a}/+`;

function run(command: string, args: readonly string[], value = awkward): string {
  const { PATH } = process.env;
  // both streams: `set -x` writes to the second
  return execFileSync(command, args, { env: { PATH, V: value }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

test.each([
  ['bash', 'set -x; : "$V"'],
  ['sh', 'set -x; : "$V"'],
  ['bash', 'export -p'],
  ['sh', 'export -p'],
  ['bash', 'declare -p V'],
  ['bash', 'printf %q "$V"'],
  ['bash', 'set'],
])('what %s writes with `%s` is found, and masked whole', (shell, script) => {
  for (const value of [awkward, `'${awkward}'`, `a''b'''${awkward}''`, `${awkward}\nsecond line 7f3a91c2`]) {
    const output = run(shell, ['-c', `exec 2>&1; ${script}`], value);
    expect(formsFound(value, output)).not.toEqual([]);
    const origin = { source: 'environment', where: 'environment' } as const;
    const secret = new Secret({ name: 'V', value: Buffer.from(value), origin, reason: 'test' });
    expect(createRedactor([secret]).redactText(output)).not.toMatch(/Zq8|K2|m<P|7f3a/);
  }
});

test('control bytes and letters above ASCII are found as bash quotes them', () => {
  const value = 'not-a\tsecret\x01é€\x1b7f3a91';
  for (const locale of ['C', 'C.UTF-8']) {
    const output = run('bash', ['-c', `export LC_ALL=${locale}; printf %q "$V"`], value);
    expect(formsFound(value, output)).toEqual(['c-string']);
  }
});

const accented = 'not-a-"sécret"\\7f3a€😀';
const planted: [string, string, string, string][] = [
  ['shell', 'a quote that is left and entered again', awkward, `V='${awkward.replaceAll("'", "'\\''")}'`],
  ['shell', 'shlex.quote', "''a'not-a-secret'", `''"'"''"'"'a'"'"'not-a-secret'"'"''`],
  ['json', 'only quotes escaped', 'not"a$secret', 'V="not\\"a$secret"'],
  ['shell', 'only dollars escaped', 'not"a$secret', "V='not\"a\\$secret'"],
  ['shell', 'Ruby', 'not=a%secret~', 'not\\=a\\%secret\\~'],
  ['shell', 'quotemeta', 'not-a-secret/x', 'not\\-a\\-secret\\/x'],
  [
    'c-string',
    'octal, as git does',
    accented,
    '"not-a-\\"s\\303\\251cret\\"\\\\7f3a\\342\\202\\254\\360\\237\\230\\200"',
  ],
  ['c-string', 'hex, as Python bytes do', "not'é\\x", `b'not\\'\\xc3\\xa9\\\\x'`],
  ['c-string', 'escapejs', "not'a<secret>", 'not\\x27a\\x3Csecret\\x3E'],
  ['doubled', 'SQL', "not'a'secret", "VALUES ('not''a''secret')"],
  ['doubled', 'CSV', 'not"a"secret', '1,"not""a""secret"'],
  ['doubled', 'Compose', 'not$a$secret', 'V: not$$a$$secret'],
  ['doubled', 'systemd', 'not%a%secret', 'Environment=V=not%%a%%secret'],
  ['xml', 'elements', 'a&b<c>secret', '<password>a&amp;b&lt;c&gt;secret</password>'],
  ['xml', 'elements of writers that leave >', 'a&b<c>secret', '<password>a&amp;b&lt;c>secret</password>'],
  ['xml', 'attributes', `a'b"c&secret`, `v="a&apos;b&quot;c&amp;secret"`],
  ['xml', 'PHP', `a'b"c&secret`, 'a&#039;b&quot;c&amp;secret'],
  ['xml', 'Go', `a'b"c+secret`, 'a&#39;b&#34;c&#43;secret'],
  ['xml', 'mustache', 'a/b=c`secret', 'a&#x2F;b&#x3D;c&#x60;secret'],
  ['xml', 'twice', 'a&b<secret', 'a&amp;amp;b&amp;lt;secret'],
  ['xml', 'letters in decimal', 'sécret<7f3a', 's&#233;cret&lt;7f3a'],
  ['xml', 'letters in hex', 'sécret<7f3a€', 's&#xE9;cret&lt;7f3a&#x20AC;'],
  ['character references', 'every sign', 'not-a-secret', 'not&#45;a&#45;secret'],
  ['character references', 'every character', 'secret', '&#115;&#101;&#99;&#114;&#101;&#116;'],
  ['character references', 'in hex', 'secret', '&#x73;&#x65;&#x63;&#x72;&#x65;&#x74;'],
  ['yaml', 'PyYAML', accented, '"not-a-\\"s\\xE9cret\\"\\\\7f3a\\u20AC\\U0001F600"'],
  ['yaml', 'named escapes', 'not\x1ba\xa0secret', '"not\\ea\\_secret"'],
  ['properties', 'Properties.store', 'jdbc:a=b#c!\\é', 'url=jdbc\\:a\\=b\\#c\\!\\\\\\u00E9'],
  ['properties', 'by hand', 'C:\\not\\a=secret', 'v=C\\:\\\\not\\\\a=secret'],
];

test.each(planted)('%s: %s', (form, _, value, haystack) => {
  expect(formsFound(value, haystack)).toContain(form);
  // the twin: the same with another last letter
  const last = [...value].at(-1)!;
  const twin = `${value.slice(0, -last.length)}${last === 'q' ? 'r' : 'q'}`;
  expect(formsFound(twin, haystack)).toEqual([]);
});

test('a value without anything to escape has no further spelling', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9]{12,30}$/), (value) => {
      expect(formsFound(value, `"${value}"`)).toEqual(['raw']);
    }),
    { numRuns: 20 },
  );
});
