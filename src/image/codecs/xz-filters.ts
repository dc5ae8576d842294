import { BranchFilter, type DecodeBranches } from './branch-filter.ts';
import { arm, arm64, armThumb, ia64, powerPc, sparc } from './branches.ts';
import { riscV } from './branches-riscv.ts';
import { x86 } from './branches-x86.ts';
import type { ByteFilter } from './byte-filter.ts';
import { DeltaFilter } from './delta-filter.ts';

const deltaFilter = 0x03;
const x86Filter = 0x04;
const lzma2Filter = 0x21;

/** What decodes the blocks that have these filters: LZMA2, then the others. */
export interface XzChain {
  /** Infinite for what is reserved. */
  windowBytes: number;
  /** In the order in which they are undone. */
  filters: ByteFilter[];
}

/** Reads the filters of a block's header; undefined for what is no chain of known ones. Format: The .xz File Format 1.2.1, 3.1.5. */
export function filterChain(bytes: Buffer, count: number): XzChain | undefined {
  const chain = filtersOf(bytes, count);
  const last = chain?.at(-1);
  if (chain === undefined || last?.id !== lzma2Filter || last.properties.length !== 1) return undefined;
  const filters: ByteFilter[] = [];
  for (const { id, properties } of chain.slice(0, -1)) {
    const filter = byteFilter(id, properties);
    if (filter === undefined) return undefined;
    filters.unshift(filter);
  }
  return { windowBytes: lzma2Window(last.properties[0]!), filters };
}

/** Undoes a filter, by its id in xz and, shortened, in 7z; undefined for none that is known, and for properties that it has not. */
export function byteFilter(id: number, properties: Uint8Array): ByteFilter | undefined {
  if (id === deltaFilter) return properties.length === 1 ? new DeltaFilter(properties[0]! + 1) : undefined;
  if (properties.length !== 0 && properties.length !== 4) return undefined;
  const start = properties.length === 0 ? 0 : Buffer.from(properties).readUInt32LE(0);
  if (id === x86Filter) return new BranchFilter(x86(start), start);
  const branches = branchesById.get(id);
  return branches && start % branches.alignment === 0 ? new BranchFilter(branches.decode, start) : undefined;
}

/** How far back matches of LZMA2 may reach (5.3.1); infinite for what is reserved. */
export function lzma2Window(byte: number): number {
  return byte > 40 ? Number.POSITIVE_INFINITY : (2 | (byte & 1)) * 2 ** ((byte >> 1) + 11);
}

/** 5.3.2, and for ids from 0x0a on the versions of the XZ Utils that brought them, 5.4 and 5.6. */
const branchesById: ReadonlyMap<number, { decode: DecodeBranches; alignment: number }> = new Map([
  [0x05, { decode: powerPc, alignment: 4 }],
  [0x06, { decode: ia64, alignment: 16 }],
  [0x07, { decode: arm, alignment: 4 }],
  [0x08, { decode: armThumb, alignment: 2 }],
  [0x09, { decode: sparc, alignment: 4 }],
  [0x0a, { decode: arm64, alignment: 4 }],
  [0x0b, { decode: riscV, alignment: 2 }],
]);

interface XzFilter {
  id: number;
  properties: Buffer;
}

/** The filters of a block, in the order in which they were applied (3.1.5); undefined where they do not fit. */
function filtersOf(bytes: Buffer, count: number): XzFilter[] | undefined {
  const filters: XzFilter[] = [];
  for (let at = 0; filters.length < count; ) {
    const [id, size] = [bytes[at], bytes[at + 1]];
    // larger numbers take several bytes, and are no filter that is known
    if (id === undefined || size === undefined || id >= 0x80 || at + 2 + size > bytes.length) return undefined;
    filters.push({ id, properties: bytes.subarray(at + 2, at + 2 + size) });
    at += 2 + size;
  }
  return filters;
}
