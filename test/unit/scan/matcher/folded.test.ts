import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileNeedles, type Matcher } from '../../../../src/scan/matcher/index.ts';
import { backends, search } from './search.ts';

const encoded = Buffer.from('not-a-secret-7f3a91c2d4e8-not-a-secret-0c1d2e3f').toString('base64');
const pattern = { bytes: Buffer.from(encoded), anchor: 0 };

/** `text` broken into lines of `width`, the first one `phase` characters shorter. */
function wrap(text: string, width: number, phase: number, lineBreak: string): string {
  const lines = [text.slice(0, width - phase)];
  for (let at = width - phase; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return lines.filter((line) => line !== '').join(lineBreak);
}

test.each(['\n', '\r\n', '\\n', '\\r\\n', '\\\\n', '\n        ', '\n\t', '\\\n', ' '])(
  'finds a text at every line width of 16 or more, broken by %j',
  (lineBreak) => {
    const matcher = compileNeedles([pattern]);
    for (let width = 16; width <= encoded.length; width += 1) {
      for (let phase = 0; phase < width; phase += 3) {
        const wrapped = wrap(encoded, width, phase, lineBreak);
        expect(search(matcher, Buffer.from(`>${wrapped}<`))).toEqual([`0@1-${1 + wrapped.length}`]);
      }
    }
  },
);

test('finds a folded text at any anchor, span, width and chunking, once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: encoded.length - 16 }),
      fc.nat(encoded.length),
      fc.integer({ min: 16, max: 80 }),
      fc.nat(15),
      fc.constantFrom('\n', '\r\n', '\\n', '\n    '),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 3 }),
      (anchor, longest, width, phase, lineBreak, sizes, copies) => {
        const wrapped = wrap(encoded, width, phase, lineBreak);
        const expected = Array.from({ length: copies }, (_, copy) => {
          const start = 2 + copy * (wrapped.length + 2);
          return `0@${start}-${start + wrapped.length}`;
        });
        const haystack = Buffer.from(`--${wrapped}`.repeat(copies));
        const span = Math.max(16, Math.min(longest, encoded.length - anchor));
        expect(search([{ ...pattern, anchor, span }], haystack, sizes)).toEqual(expected.sort());
      },
    ),
    { numRuns: 300 },
  );
});

/** What a break may be mixed of: blanks, escapes, and what stands at the end of a line. */
const breakParts = [
  '\n',
  '\r\n',
  ' ',
  '\t',
  '      ',
  '\\n',
  '\\r\\n',
  '\\t',
  '\\\\n',
  '\\\\\\n',
  '\\\n',
  '\\\r\n',
  '=\n',
  '=\r\n',
  '\\n\\n\\n\\n ',
];

// Of a text of 16 to 26 bytes neither half is long: windows have to reach into the break.
test.each(backends)('a short text is found wherever it is broken, at every step, by any break: %s', (backend) => {
  const text = Buffer.from('fake-7f3a91c2d4e8-0c1d2e3f4a');
  const matchers = Array.from({ length: 27 }, (_, span) =>
    span < 16 ? undefined : compileNeedles([{ bytes: text.subarray(0, span), anchor: 0, span }], { backend }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 16, max: 26 }),
      fc.integer({ min: -1, max: 1 }),
      fc.constantFrom('', ...breakParts),
      fc.nat(8),
      fc.constantFrom(...breakParts),
      (length, beside, first, blanks, last) => {
        const bytes = text.subarray(0, length);
        const cut = (length >> 1) + beside;
        const broken = Buffer.concat([
          bytes.subarray(0, cut),
          Buffer.from(first + ' '.repeat(blanks) + last),
          bytes.subarray(cut),
        ]);
        const expected: string[] = [];
        // every distance from the one before moves the steps within the text
        const haystack = Array.from({ length: 13 }, (_, index) => index + 1).flatMap((gap) => {
          const start = gap + (gap - 1) * broken.length + (gap * (gap - 1)) / 2;
          expected.push(`0@${start}-${start + broken.length}`);
          return [Buffer.alloc(gap, '-'), broken];
        });
        expect(search(matchers[length] as Matcher, Buffer.concat(haystack), [1000])).toEqual(expected.sort());
      },
    ),
    { numRuns: 1000 },
  );
});

test('finds a widely folded text around a refill of the buffer', () => {
  const wrapped = wrap(encoded, 16, 5, `\n${' '.repeat(50)}`);
  const matcher = compileNeedles([{ ...pattern, anchor: 20 }]);
  const haystack = Buffer.alloc(264_000, '-');
  for (let offset = 262_200; offset < 262_900; offset += 9) {
    haystack.fill('-').write(wrapped, offset);
    expect(search(matcher, haystack)).toEqual([`0@${offset}-${offset + wrapped.length}`]);
  }
});

test('a text whose letters look like the end of an escape is found', () => {
  const bytes = Buffer.from('nrtnrtnrtnrtnrtnrtnrtnrtnrtnrtnrt');
  for (let width = 16; width < 33; width += 1) {
    const wrapped = wrap(bytes.toString(), width, 0, '\\n');
    expect(search([{ bytes, anchor: 17 }], Buffer.from(`${wrapped} `))).toEqual([`0@0-${wrapped.length}`]);
  }
});

test('what differs in one byte, or is broken by other bytes, is not told', () => {
  const other = `${encoded.slice(0, 40)}.${encoded.slice(41)}`;
  expect(search([pattern], Buffer.from(wrap(other, 20, 0, '\n')))).toEqual([]);
  expect(search([pattern], Buffer.from(wrap(encoded, 20, 0, '|')))).toEqual([]);
  expect(search([pattern], Buffer.from(wrap(encoded, 20, 0, ' '.repeat(65))))).toEqual([]);
  expect(search([pattern], Buffer.from(wrap(encoded, 20, 0, ' '.repeat(64))))).toHaveLength(1);
});

test('an anchor outside its needle is refused', () => {
  expect(() => compileNeedles([{ bytes: Buffer.from('0123456789abcdef'), anchor: 1 }])).toThrow(RangeError);
  expect(() => compileNeedles([{ bytes: Buffer.from('0123456789abcdef'), anchor: -1 }])).toThrow(RangeError);
  expect(() => compileNeedles([{ bytes: Buffer.from('0123456789abcdef'), anchor: 0, span: 17 }])).toThrow(RangeError);
  expect(() => compileNeedles([{ bytes: Buffer.from('0123456789abcdef'), anchor: 0, span: 15 }])).toThrow(RangeError);
});
