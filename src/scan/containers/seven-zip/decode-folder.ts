import { Bcj2Sink, type Sink } from '../../../image/index.ts';
import { SevenZipError } from './bytes.ts';
import { bcj2, type CoderReports, coderProblem, coderSink, isCompression } from './coders.ts';
import { Collected } from './collected.ts';
import type { Coder, Input } from './folder.ts';
import type { PlacedFolder } from './streams.ts';

/** Of calls or jumps of a program: four million of them. */
const mostSideBytes = 16 * 1024 * 1024;

/** Gives the bytes of a stream of the archive, by its place among the folder's. */
export type ReadPack = (pack: number) => Iterable<Uint8Array>;

/** Why a folder is not decoded, as it is counted; undefined when it is. */
export function folderProblem(folder: PlacedFolder): string | undefined {
  for (const coder of folder.coders) {
    const problem = coderProblem(coder);
    if (problem !== undefined) return problem;
    if (coder.method !== bcj2) continue;
    const sides = coder.inputs.slice(1);
    if (sides.some((input) => 'coder' in input && folder.sizes[input.coder]! > mostSideBytes))
      return '7z program with too many calls';
  }
  return compressions(folder.coders, folder.main) > 1 ? '7z with compression in compression' : undefined;
}

/** The most compressions that any byte went through. */
function compressions(coders: readonly Coder[], from: number): number {
  const coder = coders[from]!;
  const before = coder.inputs.map((input) => ('coder' in input ? compressions(coders, input.coder) : 0));
  return Math.max(...before) + (isCompression(coder) ? 1 : 0);
}

/** Decodes a folder of which `folderProblem` says nothing into `out`, and ends that. */
export async function decodeFolder(
  folder: PlacedFolder,
  out: Sink,
  reports: CoderReports,
  read: ReadPack,
): Promise<void> {
  await decode(folder.main, out);

  async function decode(index: number, into: Sink): Promise<void> {
    const coder = folder.coders[index]!;
    if (coder.method === bcj2) {
      const [main, calls, jumps, bits] = coder.inputs;
      const sides = { calls: await collect(calls!), jumps: await collect(jumps!), bits: await collect(bits!) };
      await feed(main!, new Bcj2Sink(into, reports.damaged, sides));
      return;
    }
    const sink = coderSink(coder, into, folder.sizes[index]!, reports);
    if (sink === undefined) throw new SevenZipError();
    await feed(coder.inputs[0]!, sink);
  }

  async function feed(input: Input, sink: Sink): Promise<void> {
    if ('coder' in input) {
      await decode(input.coder, sink);
      return;
    }
    for (const part of read(input.pack)) {
      if (sink.done) break;
      await sink.push(part);
    }
    await sink.end();
  }

  async function collect(input: Input): Promise<Buffer> {
    const collected = new Collected(mostSideBytes);
    await feed(input, collected);
    if (collected.overflow) reports.damaged('the 7z archive holds more than its header says', true);
    return collected.bytes;
  }
}
