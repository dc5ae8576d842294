import { expect, test } from '@jest/globals';
import { BodyMap } from '../../../../src/image/tar/body-map.ts';

function read(text: string, blockSize: number): { said: string[]; numbers: number[] } {
  const map = new BodyMap();
  const said: string[] = [];
  for (let at = 0; at < text.length; at += blockSize) said.push(map.push(text.slice(at, at + blockSize)));
  return { said, numbers: map.numbers };
}

test('a map is whole with its last number, wherever its blocks end', () => {
  for (const size of [1, 2, 3, 7, 100])
    expect(read('2\n5\n4\n100\n6\n', size)).toMatchObject({ numbers: [5, 4, 100, 6] });
  expect(read('2\n5\n4\n100\n6\n', 3).said).toEqual(['open', 'open', 'open', 'whole']);
  expect(read('0\n', 2)).toEqual({ said: ['whole'], numbers: [] });
});

test('what stands behind the last number is padding', () => {
  expect(read('1\n5\n4\nanything\n', 100)).toEqual({ said: ['whole'], numbers: [5, 4] });
});

test.each(['x\n', '1\n-5\n', '1\n5.5\n', '\n1\n', `${'1'.repeat(16)}`, '1\n5 \n'])('%j is no map', (text) => {
  expect(read(text, 100).said.at(-1)).toBe('wrong');
});

test('a long map is taken block by block: each of its bytes once', () => {
  const pieces = Array.from({ length: 500_000 }, (_, at) => at);
  const { said, numbers } = read(`250000\n${pieces.join('\n')}\n`, 512);
  expect(said.at(-1)).toBe('whole');
  expect(numbers).toEqual(pieces);
});
