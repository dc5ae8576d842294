import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { docker, withTempDir } from '../../helpers/docker.ts';
import type { Engine } from '../../helpers/testbed.ts';

// A search that shares no code with src/scan: what safebuild says about an image is checked against something else.

/** Whether an image of the engine holds `value` in one of the forms, in any byte of `docker save`. */
export async function imageHolds(
  engine: Engine,
  image: string,
  value: string,
  forms?: readonly Form[],
): Promise<boolean> {
  return withTempDir(async (folder) => {
    const tar = join(folder, 'image.tar');
    await docker(engine, ['save', '--output', tar, image]);
    return holds(await readFile(tar), formsOf(value, forms));
  });
}

/** Whether bytes hold one of the needles: as they are, or below gzip and tar to any depth. */
export function holds(bytes: Buffer, needles: readonly Buffer[]): boolean {
  if (needles.some((needle) => bytes.includes(needle))) return true;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return holds(gunzipSync(bytes), needles);
  for (const file of filesOfTar(bytes)) if (looksWrapped(file) && holds(file, needles)) return true;
  return false;
}

/** What other programs make of a value. */
export type Form = keyof typeof writers;

// values of the tests are ASCII: a latin1 text holds any bytes
const writers = {
  raw: (value: string) => [value],
  // three alignments; the first and last letters also hold bits of the neighbours
  base64: (value: string) =>
    [0, 1, 2].map((shift) =>
      Buffer.from(`${' '.repeat(shift)}${value}`)
        .toString('base64')
        .slice(Math.ceil((shift * 4) / 3), -4),
    ),
  hex: (value: string) => [Buffer.from(value).toString('hex'), Buffer.from(value).toString('hex').toUpperCase()],
  percent: (value: string) => [encodeURIComponent(value)],
  json: (value: string) => [JSON.stringify(value).slice(1, -1)],
  utf16: (value: string) => [Buffer.from(value, 'utf16le').toString('latin1')],
};

/** The value in these forms; in all of them when none is named. */
export function formsOf(value: string, forms: readonly Form[] = Object.keys(writers) as Form[]): Buffer[] {
  return forms.flatMap((form) => writers[form](value)).map((text) => Buffer.from(text, 'latin1'));
}

function looksWrapped(file: Buffer): boolean {
  return (file[0] === 0x1f && file[1] === 0x8b) || isTar(file);
}

function isTar(bytes: Buffer): boolean {
  return bytes.length >= 512 && bytes.toString('latin1', 257, 262) === 'ustar';
}

function* filesOfTar(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; isTar(bytes.subarray(at)); ) {
    const size = sizeOf(bytes.subarray(at + 124, at + 136));
    yield bytes.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

/** A tar header's size: octal digits, or a binary number when the first bit is set (GNU). */
function sizeOf(field: Buffer): number {
  const first = field[0] ?? 0;
  if ((first & 0x80) === 0) return Number.parseInt(field.toString('latin1').replaceAll('\0', ' ').trim() || '0', 8);
  return Number(field.readBigUInt64BE(4));
}
