import { createReadStream } from 'node:fs';
import { compileSearch, type Match, type ScanSecrets } from './search.ts';

/** A value in something small: whose, in which form, at which byte. */
export interface ByteHit {
  /** What was searched, as the caller calls it. */
  name: string;
  secret: string;
  form: string;
  offset: number;
}

/** All hits in bytes that are at hand: the text of a Dockerfile, a flag, a message. Sorted by offset. */
export function scanBytes(name: string, bytes: Uint8Array, secrets: ScanSecrets): ByteHit[] {
  return compileSearch(secrets)
    .matches(bytes)
    .map((match) => byteHit(name, match));
}

/** All hits in a file, read as it stands: no wrapper is opened. Rejects when the file cannot be read. */
export async function scanFile(path: string, secrets: ScanSecrets, signal?: AbortSignal): Promise<ByteHit[]> {
  const matches: Match[] = [];
  const stream = compileSearch(secrets).stream((match) => matches.push(match));
  const file = createReadStream(path, { ...(signal === undefined ? {} : { signal }) });
  for await (const chunk of file) stream.push(chunk as Buffer);
  stream.end();
  return matches.sort((a, b) => a.start - b.start).map((match) => byteHit(path, match));
}

function byteHit(name: string, { secret, form, start }: Match): ByteHit {
  return { name, secret, form, offset: start };
}
