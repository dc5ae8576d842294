const programHeaderBytes = 56;
const loaded = 1;
const executable = 1;
const readable = 4;

/**
 * Where the instructions of an ELF program lie, in which no file can: undefined where that is not known.
 *
 * Only of 64-bit little-endian programs that have constants in a segment of their own (as linkers write them since 2018, and Go's
 * always did): without one they lie among the instructions. Format: System V ABI, Elf64_Ehdr and Elf64_Phdr.
 */
export function codeRange(head: Buffer): { start: number; end: number } | undefined {
  if (head.length < 64 || head.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return undefined;
  const [tableAt, each, count] = [Number(head.readBigUInt64LE(32)), head.readUInt16LE(54), head.readUInt16LE(56)];
  if (each !== programHeaderBytes || tableAt + each * count > head.length) return undefined;
  const segments = Array.from({ length: count }, (_, index) => head.subarray(tableAt + each * index)).filter(
    (segment) => segment.readUInt32LE(0) === loaded,
  );
  if (!segments.some((segment) => segment.readUInt32LE(4) === readable)) return undefined;
  const code = segments.filter((segment) => segment.readUInt32LE(4) === (readable | executable));
  if (code.length !== 1) return undefined;
  const [start, size] = [code[0]!.readBigUInt64LE(8), code[0]!.readBigUInt64LE(32)].map(Number);
  return { start: start!, end: start! + size! };
}
