import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskPlainProgress } from '../../../../src/buildx/progress/broken-lines.ts';
import { createRedactor } from '../../../../src/secrets/redact.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';
const redactor = createRedactor([{ name: 'TOKEN', reveal: () => Buffer.from(fake) }]);

/** What is shown of a text that comes in pieces of these sizes. */
function shown(text: string, sizes: readonly number[] = [text.length]): string {
  const { push, end } = maskPlainProgress(redactor);
  let output = '';
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    output += push(Buffer.from(text.slice(at, at + size))).toString();
    at += size;
  }
  return output + end().toString();
}

test('half a value, where BuildKit turns to another step, is masked', () => {
  expect(shown(`#8 0.1 ${fake.slice(0, 12)}\n#8 ...\n\n#9 [b 2/2] RUN x\n#9 0.2 y\n`)).toBe(
    '#8 0.1 ***\n#8 ...\n\n#9 [b 2/2] RUN x\n#9 0.2 y\n',
  );
  expect(shown(`#8 0.1 a ${fake.slice(0, 4)}\n#12 ...\n`)).toBe('#8 0.1 a ***\n#12 ...\n');
  expect(shown(`#8 0.1 ${Buffer.from(fake).toString('base64').slice(0, 12)}\n#8 ...\n`)).toBe('#8 0.1 ***\n#8 ...\n');
});

test.each([
  `#8 0.1 not-a-dog\n#8 ...\n`,
  `#8 0.1 not-a-\n#8 0.2 dog\n`,
  `#8 0.1 not-a-\n#8 ..\n`,
  `#8 0.1 not-a-\n#8 ...x\n`,
  `#8 0.1 not-a-`,
  `#8 0.1 not-a-\n`,
  `#8 0.1 not-a-\n#8`,
  `#8 0.1 no\n#8 ...\n`,
  'é progress\r10%\r\n',
])('what is no half value is shown as it is: %j', (text) => {
  expect(shown(text)).toBe(text);
});

test('a line that waited and what follows it are masked as ever', () => {
  expect(shown(`#8 not-a-\n${fake}\n#8 not-a-\nnot-a-\n#8 ...\n${fake}`)).toBe(
    '#8 not-a-\n***\n#8 not-a-\n***\n#8 ...\n***',
  );
});

test('the output is the same whatever the chunks, and without turns that of the redactor', () => {
  const piece = fc.constantFrom(fake, 'not-a-', '\n', '\r\n', '#8 ...\n', '#8 ', '.', 'x', '\n#11 ...\n', 'é');
  const text = fc.array(piece, { maxLength: 20 }).map((all) => all.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (all, sizes) => {
      const bytes = Buffer.from(all).toString('latin1');
      const { push, end } = maskPlainProgress(redactor);
      let output = '';
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        output += push(Buffer.from(bytes.slice(at, at + size), 'latin1')).toString('latin1');
        at += size;
      }
      output = Buffer.from(output + end().toString('latin1'), 'latin1').toString();
      expect(output).toBe(shown(all));
      expect(output).not.toContain(fake);
      if (!/\.\.\./.test(all)) expect(output).toBe(redactor.redactText(all));
    }),
    { numRuns: 300 },
  );
});
