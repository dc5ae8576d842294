import { constants, inflateRawSync } from 'node:zlib';
import { hasCode } from '../../../../../src/errors.ts';
import { DeflateDecoder } from '../../../../../src/image/codecs/deflate/decoder.ts';
import { pieces } from '../../chunks.ts';

/** What became of a raw deflate stream: `consumed` and `output` as far as they can be told. */
export interface Verdict {
  end: 'ended' | 'cut off' | 'broken';
  output: Buffer;
  consumed?: number;
}

const decoder = new DeflateDecoder();

export function decoded(input: Uint8Array, sizes: readonly number[] = [1 << 24]): Verdict {
  decoder.reset();
  const output: Buffer[] = [];
  let fed = 0;
  for (const piece of pieces(input, sizes)) {
    for (let at = 0; ; ) {
      const step = decoder.decode();
      output.push(Buffer.from(decoder.take()));
      if (step === 'broken') return { end: 'broken', output: Buffer.concat(output) };
      if (step === 'ended') return { end: 'ended', output: Buffer.concat(output), consumed: fed - decoder.unused };
      if (step === 'full') continue;
      if (at === piece.length) break;
      const taken = decoder.feed(piece.subarray(at));
      at += taken;
      fed += taken;
    }
  }
  return { end: 'cut off', output: Buffer.concat(output) };
}

/** The same by zlib, which does not tell the output of a broken stream. */
export function zlibVerdict(input: Uint8Array): Verdict {
  const finish = { info: true, maxOutputLength: 1 << 26 } as const;
  const parsed = (options: object): Verdict => {
    const result: unknown = inflateRawSync(input, options);
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
    return { end: 'ended', output: buffer, consumed: engine.bytesWritten };
  };
  try {
    return parsed(finish);
  } catch (error) {
    if (!hasCode(error, 'Z_BUF_ERROR')) return { end: 'broken', output: Buffer.alloc(0) };
    return { end: 'cut off', output: parsed({ ...finish, finishFlush: constants.Z_SYNC_FLUSH }).output };
  }
}
