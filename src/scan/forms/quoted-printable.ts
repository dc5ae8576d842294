import { breakable } from './breakable.ts';
import { byteTable, writeBytes } from './byte-table.ts';
import type { Form } from './form.ts';

const hexOf = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x7f && byte !== 0x3d;
const ofBodies = byteTable((byte) => (isPlain(byte) || byte === 0x0a || byte === 0x0d ? undefined : hexOf(byte)));
// RFC 2047 §4.2: an encoded word in a header
const ofHeaders = byteTable((byte, character) =>
  byte === 0x20 ? '_' : /[A-Za-z0-9!*+/-]/.test(character) ? undefined : hexOf(byte),
);

/** Quoted-printable, as mail has it (RFC 2045 §6.7, RFC 2047 §4.2), also with the soft break that ends a line. */
export const quotedPrintable: Form = {
  name: 'quoted-printable',
  *encode(value) {
    yield* breakable(writeBytes(value, ofBodies));
    yield { bytes: writeBytes(value, ofHeaders) };
  },
};
