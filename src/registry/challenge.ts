/** A `WWW-Authenticate` header, taken apart (RFC 9110 §11.6.1). */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  scheme: string;
  parameters: Readonly<Record<string, string>>;
}

export function parseChallenge(header: string | null): Challenge | undefined {
  const match = /^\s*([A-Za-z]+)\s*(.*)$/s.exec(header ?? '');
  if (match === null) return undefined;
  const parameters: Record<string, string> = {};
  for (const [, name = '', quoted, plain] of (match[2] ?? '').matchAll(/([A-Za-z_]+)=(?:"([^"]*)"|([^\s,]+))/g)) {
    parameters[name.toLowerCase()] = quoted ?? plain ?? '';
  }
  return { scheme: (match[1] ?? '').toLowerCase(), parameters };
}
