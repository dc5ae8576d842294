import { expect, test } from '@jest/globals';
import { decodeBase64, leavesOf, parseJson } from '../../../src/scan/json-leaves.ts';

test('strings and member names are told with their pointers, in order', () => {
  const json = { a: ['x', 1, null, { 'b/c~d': 'y' }], e: '' };
  expect([...leavesOf(json)]).toEqual([
    { pointer: '/a', text: 'a' },
    { pointer: '/e', text: 'e' },
    { pointer: '/a/0', text: 'x' },
    { pointer: '/a/3/b~1c~0d', text: 'b/c~d' },
    { pointer: '/a/3/b~1c~0d', text: 'y' },
    { pointer: '/e', text: '' },
  ]);
});

test('a document that nests deeply is walked', () => {
  const parsed = parseJson(Buffer.from(`${'['.repeat(3000)}"x"${']'.repeat(3000)}`));
  expect([...leavesOf(parsed?.value)]).toHaveLength(1);
});

test('a byte order mark is no part of a document, and broken JSON is none', () => {
  expect(parseJson(Buffer.from('\uFEFF{"a":1}'))).toEqual({ value: { a: 1 } });
  expect(parseJson(Buffer.from('{"a":'))).toBeUndefined();
});

test.each([
  ['bm90LWEtc2VjcmV0LTdmM2E5MQ==', 'not-a-secret-7f3a91'],
  ['bm90LWEtc2VjcmV0LTdmM2E5MQ', 'not-a-secret-7f3a91'],
  ['bm90LWEt\nc2VjcmV0\nLTdmM2E5MQ==\n', 'not-a-secret-7f3a91'],
  ['short', undefined],
  ['a sentence, with a comma in it', undefined],
])('base64 of a whole text: %j', (text, decoded) => {
  expect(decodeBase64(text)?.toString()).toBe(decoded);
});

test('an array or object with hundreds of thousands of members, as in an SBOM, is read to its end', () => {
  const many = 300_000;
  const array = { files: [...Array.from({ length: many }, () => 1), 'last'] };
  expect([...leavesOf(array)]).toEqual([
    { pointer: '/files', text: 'files' },
    { pointer: `/files/${many}`, text: 'last' },
  ]);
  const object = Object.fromEntries(Array.from({ length: many }, (_, index) => [`n${index}`, 'x']));
  expect([...leavesOf(object)]).toHaveLength(2 * many);
});
