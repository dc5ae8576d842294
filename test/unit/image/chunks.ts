import type { Sink } from '../../../src/image/sink.ts';

/** The same bytes in pieces of the sizes given, over and over. */
export function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = Math.max(1, sizes[index % sizes.length] ?? 1);
    // A copy in memory of its own, that is wiped afterwards: a sink that keeps a chunk shows it. A Buffer, as files give
    // them: its `slice` is a view.
    const piece = Buffer.from(bytes.subarray(at, at + size));
    at += size;
    yield piece;
    piece.fill(0xee);
  }
}

/** Everything that a decoder hands on, and all that it complains about. */
export async function decodeAll(
  decoder: (out: Sink, damaged: (why: string, lost?: boolean) => void) => Sink,
  input: Uint8Array,
  sizes: readonly number[] = [65536],
): Promise<{ output: Buffer; damage: string[]; lost: boolean }> {
  const output: Buffer[] = [];
  const damage: string[] = [];
  let lost = false;
  const sink = decoder(
    {
      done: false,
      push: (chunk) => {
        output.push(Buffer.from(chunk));
        return Promise.resolve();
      },
      end: () => Promise.resolve(),
      close: () => {},
    },
    (why, isLost = false) => {
      damage.push(why);
      lost ||= isLost;
    },
  );
  for (const piece of pieces(input, sizes)) await sink.push(piece);
  await sink.end();
  return { output: Buffer.concat(output), damage, lost };
}
