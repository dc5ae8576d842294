import { byteTable, writeBytes } from './byte-table.ts';
import type { Form } from './form.ts';

const digits = (byte: number): string => byte.toString(8);
const writers: readonly ((byte: number) => string)[] = [
  // C, Python, bash `$'…'`
  (byte) => `\\${digits(byte).padStart(3, '0')}`,
  // POSIX echo and printf %b
  (byte) => `\\0${digits(byte).padStart(3, '0')}`,
  // without leading zeros: packers of JavaScript and PHP
  (byte) => `\\${digits(byte)}`,
  // a string inside another
  (byte) => `\\\\${digits(byte).padStart(3, '0')}`,
];
const tables = writers.map(byteTable);

/** Every byte as an octal escape (C17 6.4.4.4, POSIX echo). */
export const octal: Form = {
  name: 'octal',
  longestValue: 128,
  *encode(value) {
    for (const table of tables) yield { bytes: writeBytes(value, table) };
  },
};
