import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { ImageEntry, ImageSource } from '../../../src/image/source.ts';
import { scanImage } from '../../../src/scan/index.ts';
import { Layout, memorySource } from '../image/build-image.ts';
import { secret, token } from './secrets.ts';

/** Layers that leak, that are broken, and that hold what is not opened: each gives something to every part of a result. */
function manyLayers(): Layout {
  const layout = new Layout();
  const layers = Array.from({ length: 12 }, (_, index) => [
    { path: `etc/${index}.conf`, content: `token=${token}\n`.repeat(index) },
    { path: `opt/${index}.7z`, content: `7z\xbc\xaf\x27\x1c${'x'.repeat(index * 1000)}` },
    { path: `opt/${index}.gz`, content: Buffer.from('1f8b0800000000000003cbcf', 'hex') },
  ]);
  return layout.root([layout.image(layers)]);
}

/** The entries of a memory source, of which several may be read at once: the later ones are ready first. */
function racing(layout: Layout, running: { now: number; most: number }): ImageSource {
  const source = memorySource(layout.files);
  return {
    ...source,
    independent: true,
    async *entries(observer) {
      let turns = 40;
      for await (const entry of source.entries(observer)) {
        turns -= 2;
        yield { ...entry, body: slow(entry, turns, running) };
      }
    },
  };
}

async function* slow(entry: ImageEntry, turns: number, running: { now: number; most: number }) {
  running.most = Math.max(running.most, ++running.now);
  for await (const chunk of entry.body) {
    for (let at = 0; at < chunk.length; at += 100) {
      if (at < turns * 100) await setImmediate();
      yield chunk.subarray(at, at + 100);
    }
  }
  running.now--;
}

test('entries that are searched at the same time give what they give one after the other', async () => {
  const layout = manyLayers();
  const running = { now: 0, most: 0 };
  const together = await scanImage(racing(layout, running), [secret()]);
  expect(running.most).toBeGreaterThan(1);
  expect(together.findings.length).toBeGreaterThan(10);
  expect(together).toEqual(await scanImage(memorySource(layout.files), [secret()]));
});

test('an abort ends all entries that are being searched', async () => {
  const running = { now: 0, most: 0 };
  const controller = new AbortController();
  const aborted = scanImage(racing(manyLayers(), running), [secret()], {
    signal: controller.signal,
    onProgress: ({ entries }) => {
      if (entries > 4) controller.abort(new Error('enough'));
    },
  });
  await expect(aborted).rejects.toThrow('enough');
});
