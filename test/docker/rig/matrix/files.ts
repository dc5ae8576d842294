import { randomBytes } from 'node:crypto';
import { Bed } from './case.ts';

const mebibyte = 1024 * 1024;
const line = (value: string): string => `TOKEN=${value}\n`;

/** Ordinary files that hold a value as it is, where a search could miss it for the file's size, kind or edge. */
export function filesBed(): Bed {
  const bed = new Bed('file', 'files');
  bed.file('.env', { file: '.env', content: line });
  bed.file('.npmrc', { file: '.npmrc', content: (value) => `//npm.example.com/:_authToken=${value}\n` });
  bed.file('shell history', { file: 'root/.ash_history', content: (value) => `export TOKEN=${value}\nls\n` });
  bed.file('a log', { file: 'var/log/build.log', content: (value) => `GET /a?token=${value} 401\n` });
  bed.file('the only content', { file: 'token', content: (value) => value });
  bed.file('a program', { file: 'usr/bin/app', content: (value) => elf(value) });
  bed.file('a class file', { file: 'App.class', content: (value) => classFile(value) });
  bed.file('a source map', {
    file: 'app.js.map',
    content: (value) => JSON.stringify({ version: 3, mappings: 'AAAA', sourcesContent: [`const t = '${value}'`] }),
  });
  bed.file('a bundle of 5 MB on one line', {
    file: 'bundle.js',
    content: (value) => `${'a=f(1);'.repeat(600_000)}t="${value}";${'b=g(2);'.repeat(150_000)}`,
  });
  bed.file('across 64 KiB', { content: (value) => Buffer.concat([randomBytes(65_536 - 19), Buffer.from(value)]) });
  bed.file('across 1 MiB', {
    content: (value) => Buffer.concat([randomBytes(mebibyte - 21), Buffer.from(value), randomBytes(9)]),
  });
  // wherever the edge of a chunk lies in the layer, one of these is across it
  bed.file('many times, at every distance from an edge', {
    content: (value) => Array.from({ length: 1500 }, (_, index) => `${value}${'.'.repeat(index % 97)}`).join('\n'),
  });
  bed.file('a file of many folders', { file: `${'deep/'.repeat(30)}token`, content: line });
  return bed;
}

/** The least that is an ELF file for x86-64, with the value among its constants (System V ABI, chapter 4). */
function elf(value: string): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(0x3e, 18);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, randomBytes(900), Buffer.from(`\0token=%s\0${value}\0`), randomBytes(300)]);
}

/** A class file whose pool of constants begins with the value (JVM specification, 4.4.7). */
function classFile(value: string): Buffer {
  const head = Buffer.from('cafebabe0000003d0002010000', 'hex');
  head[head.length - 1] = value.length;
  return Buffer.concat([head, Buffer.from(value), Buffer.alloc(20)]);
}
