/** `8GiB`, `512 MB`: units of 1000 and, with an `i`, of 1024. */
export const sizePattern = /^\d{1,15}(?:\.\d{1,3})? ?(?:B|[kKMGT]i?B)$/;

const powers = 'kmgt';

/** The number of bytes of a size that is a number, or a text of `sizePattern`; fractions of a byte are dropped. */
export function bytesOf(size: number | string): number {
  if (typeof size === 'number') return size;
  const unit = /[A-Za-z]+$/.exec(size)?.[0] ?? 'B';
  const power = powers.indexOf(unit[0]!.toLowerCase()) + 1;
  const bytes = Number.parseFloat(size) * (unit.includes('i') ? 1024 : 1000) ** power;
  return Math.min(Math.max(1, Math.floor(bytes)), Number.MAX_SAFE_INTEGER);
}
