import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRedactor, type Redactor } from '../../../src/secrets/redact.ts';

/** What tools print a value as; apart from src/scan/forms, so that what is masked is checked against something else. */
const writers: Readonly<Record<string, (value: Buffer) => string>> = {
  raw: (value) => value.toString('latin1'),
  base64: (value) => value.toString('base64'),
  base64url: (value) => value.toString('base64url'),
  'base64 inside a longer text': (value) =>
    Buffer.concat([Buffer.from('user:'), value, Buffer.from(' end')]).toString('base64'),
  hex: (value) => value.toString('hex'),
  HEX: (value) => value.toString('hex').toUpperCase(),
  'a JSON string': (value) => Buffer.from(JSON.stringify(value.toString()).slice(1, -1)).toString('latin1'),
  'a URL component': (value) => encodeURIComponent(value.toString()),
  'a query': (value) => new URLSearchParams([['a', value.toString()]]).toString().slice(2),
  'base64 on lines of 76': (value) => value.toString('base64').replace(/.{76}(?=.)/g, '$&\n'),
};

const letters = fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789');
const awkward = fc.constantFrom(...`"'\\ /+=%&$<>é€\t`);
/** Long enough that no piece of it is in the text around it by chance. */
const line = fc
  .array(fc.oneof({ weight: 6, arbitrary: letters }, { weight: 1, arbitrary: awkward }), {
    minLength: 20,
    maxLength: 60,
  })
  .map((all) => `q${all.join('')}z`);
const value = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
const around = fc.constantFrom('', ' ', '\n', '#8 0.123 ', 'progress 10%\r', '::', '=');
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

function redactorOf(...values: readonly Buffer[]): Redactor {
  return createRedactor(values.map((bytes, index) => ({ name: `S${index}`, reveal: () => bytes })));
}

/** What the stream shows of a text in chunks of these sizes; each chunk is wiped once it was pushed. */
function shown(redactor: Redactor, text: Buffer, turns: readonly number[]): Buffer {
  const stream = redactor.stream();
  const parts: Buffer[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const chunk = Buffer.from(text.subarray(at, at + (turns[turn % turns.length] ?? 1)));
    at += chunk.length;
    parts.push(stream.push(chunk));
    chunk.fill(0);
  }
  return Buffer.concat([...parts, stream.end()]);
}

/** Whether a piece of what was written is still there: eight letters in a row are none by chance. */
function pieceLeft(output: string, written: string): string | undefined {
  for (let at = 0; at + 8 <= written.length; at += 1) {
    const piece = written.slice(at, at + 8);
    if (!/\s/.test(piece) && output.includes(piece)) return piece;
  }
  return undefined;
}

// A redactor knows thousands of texts, and is slow to make: few values, and many texts about each of them.
test('no piece of any value is shown, in any way in which tools print it, wherever chunks end', () => {
  fc.assert(
    fc.property(value, fc.array(fc.tuple(around, around, sizes), { minLength: 10, maxLength: 20 }), (text, places) => {
      const bytes = Buffer.from(text);
      const redactor = redactorOf(bytes);
      for (const [form, write] of Object.entries(writers)) {
        const written = write(bytes);
        // Of what stands around the value in the same base64 text, and of its last bytes, a little may stay.
        const judged = form.startsWith('base64 ') ? written.slice(8, -16) : written;
        for (const [before, behind, turns] of places) {
          const output = shown(redactor, Buffer.from(`${before}${written}${behind}`, 'latin1'), turns).toString(
            'latin1',
          );
          expect({ form, left: pieceLeft(output, judged) }).toEqual({ form, left: undefined });
        }
      }
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

test('each line of a value is masked by itself, in every way in which tools print a line', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 2, maxLength: 4 }), sizes, (lines, turns) => {
      const redactor = redactorOf(Buffer.from(lines.join('\n')));
      for (const chosen of lines) {
        for (const form of ['raw', 'base64', 'hex', 'a JSON string', 'a URL component']) {
          const written = writers[form]!(Buffer.from(chosen.trim()));
          const output = shown(redactor, Buffer.from(`#8 1.2 ${written}\n`, 'latin1'), turns).toString('latin1');
          expect({ form, left: pieceLeft(output, written.slice(0, -4)) }).toEqual({ form, left: undefined });
        }
      }
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

test('values that overlap themselves and each other are masked whole', () => {
  const few = fc.array(fc.constantFrom('ab', 'aab', 'b1'), { minLength: 4, maxLength: 8 }).map((all) => all.join(''));
  fc.assert(
    fc.property(few, few, sizes, fc.nat({ max: 6 }), (one, two, turns, shared) => {
      const redactor = redactorOf(Buffer.from(one), Buffer.from(two));
      const texts = [
        one + one.slice(shared),
        one.slice(0, -1) + one,
        one.slice(0, shared) + one + two,
        two + one.slice(1),
      ];
      for (const text of texts) {
        const output = shown(redactor, Buffer.from(`-${text}-`), turns).toString();
        expect(output.includes(one) || output.includes(two)).toBe(false);
      }
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

test('bytes that are no text, a NUL among them, are masked as they are and in base64 and hex', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 80 }), sizes, (random, turns) => {
      const bytes = Buffer.concat([Buffer.from([0xff, 0]), random]);
      const redactor = redactorOf(bytes);
      for (const text of [bytes, Buffer.from(bytes.toString('base64')), Buffer.from(bytes.toString('hex'))]) {
        const output = shown(redactor, Buffer.concat([Buffer.from('#8 '), text, Buffer.from('\n')]), turns);
        expect(output.includes(text.subarray(0, 12))).toBe(false);
      }
    }),
    { numRuns: 5, endOnFailure: true },
  );
});
