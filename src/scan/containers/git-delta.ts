/** What a delta of git does to its base. Format: git's Documentation/gitformat-pack, "Deltified representation". */
export interface Delta {
  baseSize: number;
  size: number;
  steps: readonly DeltaStep[];
}

/** New bytes, or a part of the base. */
export type DeltaStep = { literal: Uint8Array } | { from: number; size: number };

/** Undefined when it breaks off or uses what is reserved. */
export function readDelta(bytes: Uint8Array): Delta | undefined {
  let at = 0;
  const size = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  /** The bytes that the lowest bits of `flags` announce, little-endian. */
  const sparse = (flags: number, count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++) {
      if (((flags >> index) & 1) !== 0) value += (bytes[at++] ?? 0) * 256 ** index;
    }
    return value;
  };
  const delta = { baseSize: size(), size: size() };
  const steps: DeltaStep[] = [];
  while (at < bytes.length) {
    const code = bytes[at++]!;
    if (code === 0) return undefined;
    if (code >= 0x80) {
      const from = sparse(code, 4);
      steps.push({ from, size: sparse(code >> 4, 3) || 0x10000 });
    } else {
      steps.push({ literal: bytes.subarray(at, at + code) });
      at += code;
    }
  }
  return at > bytes.length ? undefined : { ...delta, steps };
}

/** The object that a delta makes of its base; undefined when they do not fit together. */
export function applyDelta(base: Uint8Array, { baseSize, size, steps }: Delta): Uint8Array | undefined {
  const result = new Uint8Array(size);
  let at = 0;
  if (base.length !== baseSize) return undefined;
  for (const step of steps) {
    const part = 'literal' in step ? step.literal : base.subarray(step.from, step.from + step.size);
    if (at + part.length > size || ('size' in step && part.length < step.size)) return undefined;
    result.set(part, at);
    at += part.length;
  }
  return at === size ? result : undefined;
}

/** All new bytes of a delta, one behind the other: all that can be searched without its base. */
export function literalsOf({ steps }: Delta): Uint8Array {
  return Buffer.concat(steps.flatMap((step) => ('literal' in step ? [step.literal] : [])));
}
