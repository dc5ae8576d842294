/** Rough share of a byte in the layers of Linux images: zeros, then lower-case text, then digits, then the rest. */
export const byteCosts = Float64Array.from({ length: 256 }, (_, byte) => byteCost(byte));

function byteCost(byte: number): number {
  if (byte === 0) return 0.25;
  if (byte === 0x20 || (byte >= 0x61 && byte <= 0x7a)) return 0.03;
  if (byte >= 0x30 && byte <= 0x39) return 0.015;
  return 0.005;
}
