import type { ImageSource } from '../image/index.ts';

/**
 * A layout with the layers whose bytes were not exported: the engine that is to publish them holds them.
 *
 * The proof knows them by their digest alone, and so does the engine: both mean the same bytes (image-spec 1.1, descriptor.md).
 */
export function withWithheld(source: ImageSource, withheld: ReadonlySet<string>): ImageSource {
  return {
    ...source,
    async *entries(observer) {
      yield* source.entries(observer);
      for (const digest of withheld) yield { path: pathOf(digest), size: 0, withheld: true, body: nothing() };
    },
  };
}

/** The path of a blob in a layout. */
export function pathOf(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
