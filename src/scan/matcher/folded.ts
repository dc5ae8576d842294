import { longestBreak, skipBreak, skipBreakBack } from './breaks.ts';

/** A line is broken in its place as often as behind it: the break then stands for it. */
const blank = 0x20;

/** Bytes of one half of an anchor. */
export const halfAnchor = 8;

/** Upper bound of the bytes that `length` bytes take when they are broken every 16 bytes. */
export function longestFold(length: number): number {
  return length === 0 ? 0 : length + (Math.floor(length / (2 * halfAnchor)) + 1) * longestBreak;
}

/**
 * End of `pattern[from..]` when it stands at `at`, breaks allowed between bytes; -1 when it does not.
 *
 * The span is limited by `longestFold`, so that the answer never depends on how much of the stream is at hand.
 */
export function matchForward(pattern: Uint8Array, from: number, bytes: Uint8Array, at: number, filled: number): number {
  const limit = Math.min(filled, at + longestFold(pattern.length - from));
  let read = at;
  for (let index = from; index < pattern.length; index += 1) {
    if (read < limit && bytes[read] === pattern[index]) {
      read += 1;
      continue;
    }
    const next = skipBreak(bytes, read, limit);
    if (next === read || next >= limit) return -1;
    if (pattern[index] === blank) read = next;
    else if (bytes[next] !== pattern[index]) return -1;
    else read = next + 1;
  }
  return read;
}

/** Start of `pattern[..to]` when it ends before `at`, breaks allowed between bytes and before `at`; -1 when it does not. */
export function matchBackward(pattern: Uint8Array, to: number, bytes: Uint8Array, at: number): number {
  const limit = Math.max(0, at - longestFold(to));
  let read = at;
  for (let index = to - 1; index >= 0; index -= 1) {
    const same = read > limit && bytes[read - 1] === pattern[index];
    if (same && !escapes(pattern, index, bytes, read - 1)) {
      read -= 1;
      continue;
    }
    const next = skipBreakBack(bytes, read, limit);
    if (pattern[index] === blank && next !== read && next > limit) {
      read = next;
      continue;
    }
    const broken = next !== read && next > limit && bytes[next - 1] === pattern[index];
    // what stands before the first byte is no part of the pattern: it may be a backslash
    if (!broken && !(same && index === 0)) return -1;
    read = broken ? next - 1 : read - 1;
  }
  return read;
}

/** Whether the letter at `at` belongs to an escape such as `\n` that the pattern itself does not have. */
function escapes(pattern: Uint8Array, index: number, bytes: Uint8Array, at: number): boolean {
  return at > 0 && bytes[at - 1] === 0x5c && pattern[index - 1] !== 0x5c && skipBreakBack(bytes, at + 1, 0) < at;
}
