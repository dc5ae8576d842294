import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatFields, parseFields, splitRecord } from '../../../src/buildx/csv.ts';

// Read by buildx 0.29 (`--output`) in the same way.
test.each<[text: string, fields: [string, string][]]>([
  [
    'type=local,dest=out',
    [
      ['type', 'local'],
      ['dest', 'out'],
    ],
  ],
  [
    'type=local,"dest=a,b"',
    [
      ['type', 'local'],
      ['dest', 'a,b'],
    ],
  ],
  [
    '"dest=a ""b"" c",type=tar',
    [
      ['dest', 'a "b" c'],
      ['type', 'tar'],
    ],
  ],
  [
    'TYPE=local, Dest=out ',
    [
      ['type', 'local'],
      ['dest', 'out '],
    ],
  ],
  [
    'name=,dest=a=b',
    [
      ['name', ''],
      ['dest', 'a=b'],
    ],
  ],
  ['dest=a,dest=b', [['dest', 'b']]],
])('%j', (text, fields) => {
  expect([...parseFields(text, '--output')]).toEqual(fields);
});

test.each(['type=tar,de"st=x', '"dest=x', '"dest=x"y,type=tar', 'type=oci,name', 'type=oci,', ''])(
  '%j is refused, as buildx does, and not quoted in the message',
  (text) => {
    expect(() => parseFields(text, '--output')).toThrow(expect.objectContaining({ code: 'USAGE' }));
    if (text === '') return;
    expect(() => parseFields(text, '--output')).not.toThrow(
      expect.objectContaining({ message: expect.stringContaining(text) }),
    );
  },
);

const key = fc.stringMatching(/^[a-z][a-z.-]{0,8}$/);

test('what is written is read as the same fields', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, fc.string()), { selector: ([name]) => name, minLength: 1 }), (fields) => {
      expect([...parseFields(formatFields(fields), '--output')]).toEqual(fields);
    }),
  );
});

test('the fields of a record without quotes are those between its commas', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string().filter((text) => !/[",]/.test(text)),
        { minLength: 1 },
      ),
      (fields) => {
        expect(splitRecord(fields.join(','), '--output')).toEqual(fields);
      },
    ),
  );
});
