/** The value as text, or nothing when it is not valid UTF-8. */
export function textOf(value: Buffer): string | undefined {
  const text = value.toString('utf8');
  return Buffer.from(text, 'utf8').equals(value) ? text : undefined;
}
