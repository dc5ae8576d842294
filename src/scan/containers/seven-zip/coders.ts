import {
  byteFilter,
  FilterSink,
  inflate64,
  type ReportDamage,
  type Sink,
  unbzip2,
  unlzma2,
  unlzmaRaw,
  unzstd,
} from '../../../image/index.ts';
import type { Coder } from './folder.ts';
import { InflateSink } from './inflate-sink.ts';

/** What a decoder may have to tell. */
export interface CoderReports {
  damaged: ReportDamage;
  /** It is valid and not decoded: a window over 64 MiB. */
  unsupported(): void;
  /** Where goes what stands behind the end of compressed data. */
  behind: (() => Sink) | undefined;
}

type Make = (out: Sink, coder: Coder, size: number, reports: CoderReports) => Sink;

const lzma = '030101';
const lzma2 = '21';
export const bcj2 = '0303011b';

/** Those that make more of their bytes; each would be a bomb within the other. */
const compressions: ReadonlyMap<string, Make> = new Map<string, Make>([
  [lzma, (out, { properties }, size, reports) => unlzmaRaw(out, reports, { properties, size })],
  [lzma2, (out, { properties }, size, reports) => unlzma2(out, { ...reports, window: properties[0]!, size })],
  ['040108', (out, _coder, _size, { damaged, behind }) => new InflateSink(out, damaged, behind)],
  ['040109', (out, _coder, _size, { damaged }) => inflate64(out, damaged)],
  ['040202', (out, _coder, _size, { damaged, behind }) => unbzip2(out, damaged, behind)],
  ['04015d', (out, _coder, _size, { damaged, behind }) => unzstd(out, damaged, behind)],
  ['04f71101', (out, _coder, _size, { damaged, behind }) => unzstd(out, damaged, behind)],
]);

/** The ids that filters have in xz, by the older ones that they have in 7z. */
const filterIds: ReadonlyMap<string, number> = new Map([
  ['03030103', 0x04],
  ['03030205', 0x05],
  ['03030401', 0x06],
  ['03030501', 0x07],
  ['03030701', 0x08],
  ['03030805', 0x09],
]);

const encrypted = new Set(['06f10701', '06f10101', '06f10303']);

const names: ReadonlyMap<string, string> = new Map([['030401', 'PPMd']]);

/** Whether it makes more of its bytes. */
export function isCompression({ method }: Coder): boolean {
  return compressions.has(method);
}

/** Decodes a step into `out`; undefined for BCJ2 and what `coderProblem` tells of. `size`: bytes that it decodes to. */
export function coderSink(coder: Coder, out: Sink, size: number, reports: CoderReports): Sink | undefined {
  if (isCopy(coder)) return out;
  const compression = compressions.get(coder.method);
  if (compression !== undefined) return compression(out, coder, size, reports);
  const filter = filterOf(coder);
  return filter && new FilterSink(filter, out);
}

/** What such a step is counted as when it is not undone; undefined when it is. */
export function coderProblem(coder: Coder): string | undefined {
  const { method, properties, inputs } = coder;
  if (encrypted.has(method)) return 'encrypted 7z files';
  const expected = method === bcj2 ? 4 : 1;
  const properly = method === lzma ? properties.length === 5 : method !== lzma2 || properties.length === 1;
  const known = method === bcj2 || isCopy(coder) || compressions.has(method) || filterOf(coder) !== undefined;
  if (known && properly && inputs.length === expected) return undefined;
  return `7z method ${names.get(method) ?? method}`;
}

/** Bytes that are set up for a step before its first one, when they are unusually many: the literals of LZMA. */
export function setUpBytes({ method, properties }: Coder): number {
  const literalBits = method === lzma ? (properties[0]! % 9) + (Math.floor(properties[0]! / 9) % 5) : 0;
  return literalBits > 4 ? 0x600 << literalBits : 0;
}

function isCopy({ method }: Coder): boolean {
  return method === '00' || method === '';
}

function filterOf({ method, properties }: Coder): ReturnType<typeof byteFilter> {
  const id = filterIds.get(method) ?? (method.length === 2 ? Number.parseInt(method, 16) : -1);
  return byteFilter(id, properties);
}
