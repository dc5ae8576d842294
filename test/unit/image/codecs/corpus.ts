import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** What a program that compresses makes of `input`. */
export function compressed(program: string, args: readonly string[], input: Uint8Array): Buffer {
  return execFileSync(program, [...args, '-c'], { input, maxBuffer: 64 * 1024 * 1024 });
}

const words = 'the quick brown fox jumps over a lazy dog while 0123456789 ABCDEF {"key": "value"}\n'.split(' ');

/** Text that repeats itself at every distance, with runs and noise in between: `size` bytes, the same in every run. */
export function mixed(size: number): Buffer {
  const parts: string[] = [];
  let length = 0;
  for (let turn = 0; length < size; turn++) {
    const random = Math.imul(turn, 2654435761) >>> 0;
    const part = random % 97 === 0 ? 'a'.repeat(random % 1500) : `${words[random % words.length]} ${random % 1013}`;
    parts.push(part);
    length += part.length;
  }
  return Buffer.from(parts.join('')).subarray(0, size);
}

export const samples: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['text', mixed(50_000)],
  ['a run', Buffer.alloc(1_000_000, 7)],
  ['every byte', Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) & 0xff))],
  ['noise', randomBytes(200_000)],
  ['text and noise', Buffer.concat([mixed(300_000), randomBytes(80_000), mixed(300_000), Buffer.alloc(5000)])],
];
