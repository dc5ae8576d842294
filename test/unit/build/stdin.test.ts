import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { peek, readAll } from '../../../src/build/stdin.ts';

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

test('looking at the head of a stream takes nothing away from it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 9 })),
      fc.integer({ min: 0, max: 20 }),
      async (chunks, bytes) => {
        const all = Buffer.concat(chunks);
        const { head, whole } = await peek(streamOf(chunks), bytes);
        expect(head.length).toBeGreaterThanOrEqual(Math.min(bytes, all.length));
        expect(all.subarray(0, head.length).equals(head)).toBe(true);
        expect((await readAll(whole)).equals(all)).toBe(true);
      },
    ),
  ));
