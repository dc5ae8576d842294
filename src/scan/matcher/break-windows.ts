import { breakEnds, breakStarts } from './breaks.ts';
import { gramBytes } from './grams.ts';
import type { Piece } from './pieces.ts';
import { windowBytes } from './window.ts';

/** More bytes of a break than these are found in every other file. */
const mostBytes = 2;

/** The run that is surely met in a stretch that one break cuts in two, counting what its windows see of the break. */
export function runBeside(length: number): number {
  return Math.ceil(length / 2) + mostBytes;
}

/**
 * The windows that stand half in a line break of a stretch, so that the longer of its two parts holds enough of them for a
 * run of `run` bytes, wherever the break is. None where a part is long enough by itself.
 *
 * Without them a stretch of 16 bytes, of which either half may be all that is unbroken, would ask for steps of 5 bytes, and
 * all needles would be looked for at such steps.
 */
export function breakWindows({ needle, offset, bytes }: Omit<Piece, 'run'>, run: number): Piece[] {
  return Array.from({ length: bytes.length - 1 }, (_, index) => index + 1).flatMap((cut) => {
    const [before, behind] = [run - cut, run - (bytes.length - cut)];
    if (Math.min(before, behind) <= 0) return [];
    const pieces: Piece[] = [];
    for (const broken of [1, 2] as const) {
      if (broken > Math.min(before, behind)) continue;
      const whole = gramBytes - broken;
      if (before <= behind) {
        const start = cut - whole;
        for (const edge of breakStarts(broken, bytes[cut] as number)) {
          const seen = joined(bytes.subarray(start, cut), edge);
          pieces.push({ needle, offset: offset + start, bytes: seen, run: gramBytes, only: gramBytes - windowBytes });
        }
      } else {
        for (const edge of breakEnds(broken, bytes[cut - 1] as number)) {
          const seen = joined(edge, bytes.subarray(cut, cut + whole));
          pieces.push({ needle, offset: offset + cut - broken, bytes: seen, run: gramBytes, only: 0, broken });
        }
      }
    }
    return pieces;
  });
}

/** There are thousands of them, and spreading a typed array takes a hundred times as long. */
function joined(before: ArrayLike<number>, behind: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(before.length + behind.length);
  bytes.set(before);
  bytes.set(behind, before.length);
  return bytes;
}
