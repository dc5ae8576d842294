import { createHmac, timingSafeEqual } from 'node:crypto';
import { MemberPaths } from '../../image/index.ts';
import type { EntryVerdict } from './verdict.ts';

const macBytes = 32;
const lengthBytes = 4;

/** Everything of a verdict that JSON can hold. */
type Fields = Omit<EntryVerdict, 'members'> & {
  /** `MemberPaths.complete`; absent where there are none. */
  membersComplete?: boolean;
};

/**
 * A verdict as bytes that nobody without `key` can have made, and that stand for no other `id`.
 *
 * HMAC-SHA-256 over id and rest, the length of the JSON (32 bits, big endian), the JSON, the members' hashes.
 */
export function encodeVerdict(id: string, { members, ...fields }: EntryVerdict, key: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify({ ...fields, membersComplete: members?.complete }));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(json.length);
  const rest = Buffer.concat([length, json, members?.bytes() ?? Buffer.alloc(0)]);
  return Buffer.concat([macOf(id, rest, key), rest]);
}

/** The verdict that bytes are; undefined for what is not `encodeVerdict`'s own, whole, for this very `id` and `key`. */
export function decodeVerdict(id: string, bytes: Uint8Array, key: Uint8Array): EntryVerdict | undefined {
  if (bytes.length < macBytes + lengthBytes) return undefined;
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + macBytes, bytes.length - macBytes);
  if (!timingSafeEqual(bytes.subarray(0, macBytes), macOf(id, rest, key))) return undefined;
  // from here on it is what we wrote ourselves
  const end = lengthBytes + rest.readUInt32BE(0);
  const { membersComplete, ...fields } = JSON.parse(rest.toString('utf8', lengthBytes, end)) as Fields;
  if (membersComplete === undefined) return fields;
  return { ...fields, members: MemberPaths.from(rest.subarray(end), membersComplete) };
}

function macOf(id: string, rest: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update('safebuild verdict\0').update(id).update('\0').update(rest).digest();
}
