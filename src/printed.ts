/**
 * All that a program prints to one stream; undefined when that is more than `mostBytes`, and then `stop` was called.
 *
 * Never rejects: a pipe that breaks ends the text, and the exit code says what came of the program.
 */
export async function collectPrinted(
  stream: AsyncIterable<Uint8Array> | null | undefined,
  mostBytes: number,
  stop: () => void,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream ?? []) {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        stop();
        return undefined;
      }
      chunks.push(chunk);
    }
  } catch {
    // The text ends here.
  }
  return Buffer.concat(chunks);
}
