import { X86Filter } from './xz-x86.ts';

const lzma2Filter = 0x21;
const x86FilterId = 0x04;

/** What decodes the blocks that have these filters: LZMA2, and the filter for x86 where there is one. */
export interface XzChain {
  /** Infinite for what is reserved. */
  windowBytes: number;
  x86: X86Filter | undefined;
}

/** Reads the filters of a block's header; undefined for other chains than those. Format: The .xz File Format 1.2.1, 3.1.5. */
export function filterChain(bytes: Buffer, count: number): XzChain | undefined {
  const filters = filtersOf(bytes, count);
  return filters && chainOf(filters);
}

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

/** What decodes LZMA2, by itself or behind the filter for x86; undefined for other chains. */
function chainOf(filters: readonly XzFilter[]): XzChain | undefined {
  const last = filters.at(-1);
  if (last === undefined || last.id !== lzma2Filter || last.properties.length !== 1) return undefined;
  const windowBytes = windowOf(last.properties[0]!);
  if (filters.length === 1) return { windowBytes, x86: undefined };
  const [first] = filters;
  if (filters.length !== 2 || first?.id !== x86FilterId) return undefined;
  const { properties } = first;
  if (properties.length !== 0 && properties.length !== 4) return undefined;
  return { windowBytes, x86: new X86Filter(properties.length === 0 ? 0 : properties.readUInt32LE(0)) };
}

/** 5.3.1; infinite for what is reserved. */
function windowOf(byte: number): number {
  return byte > 40 ? Number.POSITIVE_INFINITY : (2 | (byte & 1)) * 2 ** ((byte >> 1) + 11);
}
