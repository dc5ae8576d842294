import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addMaskCommands } from '../../../src/secrets/ci-mask.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';

function commandsFor(value: string | Buffer, weak?: string): string[] {
  const text = addMaskCommands([{ weak, reveal: () => Buffer.from(value as string) }]);
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

test('each line of a value is one command, escaped as the toolkit does', () => {
  expect(commandsFor(`${fake}\n`)).toEqual([`::add-mask::${fake}`]);
  expect(commandsFor('100%25-of-7f3a91c2')).toEqual(['::add-mask::100%2525-of-7f3a91c2']);
  expect(commandsFor(`${fake}1\r\n${fake}2`)).toEqual([`::add-mask::${fake}1`, `::add-mask::${fake}2`]);
  expect(commandsFor(`caret\rreturn-7f3a91`)).toEqual(['::add-mask::caret%0Dreturn-7f3a91']);
  expect(commandsFor('pässwörter-7f3a')).toEqual(['::add-mask::pässwörter-7f3a']);
});

test('what would blacken the log is no mask: weak values, short and common lines, what holds a file together', () => {
  expect(commandsFor('dictionary', 'too common a word')).toEqual([]);
  expect(commandsFor('production')).toEqual([]);
  expect(commandsFor(`{\n\n12345\nproduction\n${fake}`)).toEqual([`::add-mask::${fake}`]);
  expect(commandsFor(`[default]\naws_secret_access_key = ${fake}\n`)).toEqual([
    `::add-mask::aws_secret_access_key = ${fake}`,
  ]);
  expect(commandsFor(`-----BEGIN PRIVATE KEY-----\n${fake}\n-----END PRIVATE KEY-----`)).toEqual([
    `::add-mask::${fake}`,
  ]);
});

test('what is no text is never printed', () => {
  expect(commandsFor(`${fake}\0${fake}`)).toEqual([]);
  expect(commandsFor(Buffer.from([0xff, ...Buffer.from(fake)]))).toEqual([]);
  expect(commandsFor(Buffer.from([...Buffer.from(`${fake}\n`), 0xc3]))).toEqual([]);
});

test('no value can end its command, or begin another', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 6, unit: fc.constantFrom('%', '\n', '\r', ':', '::set-env name=', 'a', '0A') }),
      (value) => {
        const text = addMaskCommands([{ weak: undefined, reveal: () => Buffer.from(value) }]);
        expect(text).toMatch(/^(::add-mask::[^\r\n]+\n)*$/);
      },
    ),
  );
});
