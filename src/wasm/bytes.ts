// How WebAssembly modules are written, for the decoder and for the matcher. Source: WebAssembly Core Specification 2.0, §5.

/** A section of a module, §5.5.2. */
export function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

/** How many, and each of them, §5.1.3. */
export function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** How many bytes, and the bytes. */
export function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

export function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

/** LEB128 of an integer that is not negative, §5.2.2. */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128 of a 32-bit integer. */
export function signed(value: number): number[] {
  const rest = value >> 7;
  const last = (rest === 0 && (value & 0x40) === 0) || (rest === -1 && (value & 0x40) !== 0);
  return last ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(rest)];
}
