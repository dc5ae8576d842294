import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { needlesOf } from '../../../src/scan/forms/index.ts';
import { createRedactor, type Redactor } from '../../../src/secrets/redact.ts';
import { Secret } from '../../../src/secrets/secret.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';

function redactorOf(...values: (string | Uint8Array)[]): Redactor {
  return createRedactor(
    values.map((value, index) => {
      const origin = { source: 'environment', where: 'environment' } as const;
      return new Secret({ name: `SECRET_${index}`, value: Buffer.from(value as string), origin, reason: 'test' });
    }),
  );
}

/** The output of the pushes one by one, then of the end. */
function shown(redactor: Redactor, ...chunks: (string | Uint8Array)[]): string[] {
  const stream = redactor.stream();
  const outputs = chunks.map((chunk) => stream.push(Buffer.from(chunk as string)).toString());
  return [...outputs, stream.end().toString()];
}

test('a value is masked wherever it stands, and nothing else is changed', () => {
  const { redactText } = redactorOf(fake);
  expect(redactText(`${fake} a ${fake}é${fake}`)).toBe('*** a ***é***');
  expect(redactText('not-a-secret-7f3a91c2d4e9')).toBe('not-a-secret-7f3a91c2d4e9');
  expect(redactText('\ud800')).toBe('\ud800');
});

test('every form of a value is masked', () => {
  const awkward = 'not a "secret" <&\'/\\+=?~*é€> 7f3a91c2d4e8';
  for (const value of [fake, awkward, `${fake}\n${awkward}`]) {
    const { redactText } = redactorOf(value);
    for (const { bytes } of needlesOf(Buffer.from(value)).needles) {
      const text = Buffer.from(bytes).toString();
      // UTF-16 of other letters than ASCII is no text.
      if (Buffer.from(text).equals(bytes)) expect(redactText(`[${text}]`)).toBe('[***]');
    }
  }
});

test('a value that is cut by chunks is masked', () => {
  expect(shown(redactorOf(fake), 'a not-a-', 'secret-7f3a91', 'c2d4e8\n')).toEqual(['a ', '', '***\n', '']);
});

// GitLab's runner missed this one: the second start lies inside the first, abandoned, candidate.
test('a value that overlaps its own beginning is masked', () => {
  expect(shown(redactorOf('abab1'), 'xabab', 'ab1.')).toEqual(['x', 'ab***.', '']);
});

test('only what may become a value is held back', () => {
  const redactor = redactorOf(fake);
  expect(shown(redactor, 'progress 10%\r')).toEqual(['progress 10%\r', '']);
  expect(shown(redactor, 'cannot', ' open\n')).toEqual(['can', 'not open\n', '']);
  expect(shown(redactor, 'a line\n', 'and more\n')).toEqual(['a line\n', 'and more\n', '']);
  expect(shown(redactor, fake)).toEqual(['***', '']);
  expect(shown(redactor, 'not-a-secret')).toEqual(['', 'not-a-secret']);
});

test('values that overlap or touch become one mask, also when the first was shown before', () => {
  const redactor = redactorOf('abcdefgh', 'efghijkl', 'cdef');
  expect(redactor.redactText('-abcdefghijkl-')).toBe('-***-');
  expect(redactor.redactText('-abcdefghabcdefgh-')).toBe('-***-');
  expect(shown(redactorOf(fake), fake, fake, '\n')).toEqual(['***', '', '\n', '']);
  expect(shown(redactor, '-abcdefgh', 'ijkl-')).toEqual(['-***', '-', '']);
  expect(shown(redactor, '-abcdefgh', 'abcdefgh', '-')).toEqual(['-***', '', '-', '']);
});

test('each line of a value of several lines is masked, but not the labels of a key', () => {
  const { redactText } = redactorOf(
    `-----BEGIN PRIVATE KEY-----\nbm90LWEtc2VjcmV0\nN2YzYTkxYzJkNGU4\n-----END PRIVATE KEY-----\n`,
  );
  expect(redactText('1: bm90LWEtc2VjcmV0\n2: N2YzYTkxYzJkNGU4\n')).toBe('1: ***\n2: ***\n');
  expect(redactText('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
});

test.each([
  ['netrc', `machine git.example.com\nlogin app\npassword ${fake}\n`],
  ['AWS', `[default]\nregion = eu-west-1\naws_secret_access_key = ${fake}\n`],
  ['kubeconfig', `apiVersion: v1\nkind: Config\nusers:\n  - name: app\n    user:\n      token: ${fake}\n`],
  ['gem', `---\n:rubygems_api_key: ${fake}\n`],
  ['Docker', `{\n  "auths": {\n    "registry.example.com": {\n      "auth": "${fake}"\n    }\n  }\n}\n`],
  ['Maven', `<servers>\n<server>\n<username>app</username>\n<password>${fake}</password>\n</server>\n</servers>\n`],
])('of a file with a credential only the line with it is masked: %s', (_format, file) => {
  const { redactText } = redactorOf(file);
  for (const line of file.split('\n')) {
    expect(redactText(`#8 ${line}`)).toBe(line.includes(fake) ? `#8 ${/^\s*/.exec(line)?.[0]}***` : `#8 ${line}`);
  }
  for (const word of file.match(/[\w.]{6,}/g) ?? []) expect(redactText(`${word} `)).toBe(`${word} `);
  expect(redactText(`[${file.trim()}]`)).toBe('[***]');
});

test('a line of a credential file that may hold one more is masked', () => {
  const { redactText } = redactorOf(
    `[a]\npassword = ${fake}\npin = 123456\nanswer = correct horse\nq7Zt2LmX9vB4nK8sW1yR:\n`,
  );
  for (const line of ['pin = 123456', 'answer = correct horse', 'q7Zt2LmX9vB4nK8sW1yR:']) {
    expect(redactText(line)).toBe('***');
  }
});

test('a wrapped encoding is masked on every line, whatever stands between the lines', () => {
  const { redactText } = redactorOf(fake.repeat(4));
  const encoded = Buffer.from(fake.repeat(4)).toString('base64');
  const lines = encoded.match(/.{1,64}/g) ?? [];
  for (const between of ['\n', '\r\n', '\n#8 0.123 ']) {
    const output = redactText(`#8 0.122 ${lines.join(between)}\n`);
    // What an encoding's last characters hold of the value is less than four bytes.
    expect(output).toMatch(/^#8 0\.122 \*\*\*\r?\n(#8 0\.123 )?\*\*\*\r?\n(#8 0\.123 )?.{0,5}A==\n$/);
  }
});

test('a value that is too short or too common is not masked but named', () => {
  const redactor = redactorOf('abc', 'true', 'Root', '1234', '3000', fake, 'abcd');
  expect(redactor.unmasked).toEqual(['SECRET_0', 'SECRET_1', 'SECRET_2', 'SECRET_3', 'SECRET_4']);
  expect(redactor.redactText('abc true Root 1234 abcd')).toBe('abc true Root 1234 ***');
});

test('the output is the same whatever the chunks, and holds no value', () => {
  const letters = (size: { minLength: number; maxLength: number }) =>
    fc.array(fc.constantFrom('a', 'b'), size).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.array(letters({ minLength: 4, maxLength: 9 }), { minLength: 1, maxLength: 4 }),
      letters({ minLength: 0, maxLength: 80 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (values, text, sizes) => {
        const redactor = redactorOf(...values);
        const stream = redactor.stream();
        let output = '';
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = sizes[turn % sizes.length] as number;
          const chunk = Buffer.from(text.slice(at, at + size));
          output += stream.push(chunk).toString();
          chunk.fill(0);
          at += size;
        }
        output += stream.end().toString();
        expect(output).toBe(redactor.redactText(text));
        expect(output).toBe(maskedNaively(values, text));
      },
    ),
    { numRuns: 300 },
  );
});

/** Marks every letter of every occurrence, then replaces each run of marks. */
function maskedNaively(values: readonly string[], text: string): string {
  const marks = [...text];
  for (const value of values) {
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
      marks.fill('*', at, at + value.length);
    }
  }
  return marks.join('').replace(/\*+/g, '***');
}

test('a value as long as a file is named instead of masked, and costs nothing', () => {
  const long = { name: 'BUNDLE', reveal: () => Buffer.alloc(400_000, 'not-a-secret-7f3a91c2 ') };
  const redactor = createRedactor([long]);
  expect(redactor.unmasked).toEqual(['BUNDLE']);
  expect(redactor.redactText('not-a-secret')).toBe('not-a-secret');
});

test('a long private key is masked by its lines, in a row, and encoded', () => {
  const body = Array.from({ length: 50 }, (_, line) =>
    Buffer.from(`not-a-secret line ${line} of a fake key 7f3a91c2d4e8`).toString('base64').slice(0, 64),
  );
  const key = ['-----BEGIN PRIVATE KEY-----', ...body, '-----END PRIVATE KEY-----'].join('\n');
  const { redactText } = redactorOf(key, Buffer.from(body.join(''), 'base64'));
  for (const text of [
    key,
    `KEY: |\n${key.replace(/^/gm, '    ')}`,
    JSON.stringify(key),
    body.join(''),
    Buffer.from(key).toString('base64'),
    Buffer.from(key).toString('hex'),
    encodeURIComponent(key),
    Buffer.from(`key=${key}`).toString('base64').replace(/.{76}/g, '$&\n#8 0.1 '),
  ]) {
    expect(redactText(text).replace(/KEY|BEGIN|END|PRIVATE|key|KEY: \|/g, '')).not.toMatch(/[A-Za-z0-9+/]{7}/);
  }
});
