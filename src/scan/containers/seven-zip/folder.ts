import { type HeaderBytes, SevenZipError } from './bytes.ts';

/** Of BCJ2 there are four, each maybe encrypted. */
const mostCoders = 16;

/** One step of what was done to a folder's bytes. */
export interface Coder {
  /** In hex, as in Methods.txt of the LZMA SDK. */
  method: string;
  properties: Buffer;
  /** What it decodes from, in order. */
  inputs: Input[];
}

/** A stream of the archive, by its place among the folder's, or what another coder gives. */
export type Input = { pack: number } | { coder: number };

/** Files that were compressed as one stream ("solid"), and how. */
export interface Folder {
  coders: Coder[];
  /** The coder that gives the files. */
  main: number;
  /** Streams of the archive that it takes. */
  packs: number;
}

/**
 * Reads a folder. Throws SevenZipError when it makes no sense: each coder must give to one other, or the files, and all must be
 * reached from there.
 */
export function readFolder(header: HeaderBytes): Folder {
  const count = header.number();
  if (count === 0) throw new SevenZipError();
  if (count > mostCoders) throw new SevenZipError('7z with another graph of coders');
  const read = Array.from({ length: count }, () => readCoder(header));
  const inputs = read.reduce((total, coder) => total + coder.inputs, 0);
  const boundTo = new Map<number, number>();
  const given = new Set<number>();
  for (let bond = 0; bond < count - 1; bond++) {
    const [input, output] = [header.number(), header.number()];
    if (input >= inputs || output >= count || boundTo.has(input) || given.has(output)) throw new SevenZipError();
    boundTo.set(input, output);
    given.add(output);
  }
  const packs = inputs - boundTo.size;
  if (packs < 1) throw new SevenZipError();
  const packed = packs === 1 ? undefined : Array.from({ length: packs }, () => header.number());
  let next = 0;
  const inputOf = (index: number): Input => {
    const coder = boundTo.get(index);
    return coder === undefined ? { pack: packed?.indexOf(index) ?? 0 } : { coder };
  };
  const coders = read.map((coder) => ({
    ...coder,
    inputs: Array.from({ length: coder.inputs }, () => inputOf(next++)),
  }));
  const folder = { coders, main: coders.findIndex((_, index) => !given.has(index)), packs };
  check(folder);
  return folder;
}

function readCoder(header: HeaderBytes): Omit<Coder, 'inputs'> & { inputs: number } {
  const flags = header.byte();
  if ((flags & 0xc0) !== 0) throw new SevenZipError('7z with another graph of coders');
  const method = header.take(flags & 0x0f).toString('hex');
  const [inputs, outputs] = (flags & 0x10) === 0 ? [1, 1] : [header.number(), header.number()];
  if (inputs < 1 || inputs > 4 || outputs !== 1) throw new SevenZipError('7z with another graph of coders');
  const properties = (flags & 0x20) === 0 ? Buffer.alloc(0) : header.take(header.number());
  return { method, properties, inputs };
}

/** A tree: no loops, nothing that is left over, and no stream that is taken twice. */
function check({ coders, main, packs }: Folder): void {
  let reached = 0;
  const taken = new Set<number>();
  const visit = (index: number): void => {
    reached += 1;
    if (reached > coders.length) throw new SevenZipError();
    for (const input of coders[index]!.inputs) {
      if ('coder' in input) visit(input.coder);
      else taken.add(input.pack);
    }
  };
  visit(main);
  if (reached !== coders.length || taken.size !== packs || taken.has(-1)) throw new SevenZipError();
}
