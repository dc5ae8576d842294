/** A member of a tar that a test writes. */
export interface TarFile {
  path: string;
  content?: string | Uint8Array;
  /** Type flag; `0` when absent. */
  type?: string;
  link?: string;
  owner?: TarOwner;
}

/** Mode, ids and names of a header; 0644 and root's without names when absent. */
export interface TarOwner {
  mode?: number;
  uid?: number;
  gid?: number;
  user?: string;
  group?: string;
}

/** A 512-byte ustar header with a right checksum. `size` may be a raw field of 12 bytes. */
export function tarHeader(file: {
  path: string;
  size: number | Buffer;
  type?: string;
  link?: string;
  owner?: TarOwner;
}): Buffer {
  const { mode = 0o644, uid = 0, gid = 0, user = '', group = '' } = file.owner ?? {};
  const block = Buffer.alloc(512);
  block.write(file.path, 0, 100, 'utf8');
  for (const [at, number] of [mode, uid, gid].entries())
    block.write(`${number.toString(8).padStart(7, '0')}\0`, 100 + 8 * at);
  if (typeof file.size === 'number') block.write(`${file.size.toString(8).padStart(11, '0')}\0`, 124);
  else file.size.copy(block, 124);
  block.write(file.type ?? '0', 156);
  block.write(file.link ?? '', 157, 100, 'utf8');
  block.write('ustar\x0000', 257);
  block.write(user, 265, 32);
  block.write(group, 297, 32);
  return withChecksum(block);
}

export function withChecksum(block: Buffer): Buffer {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** Header and body of one member, with a pax header before it when the path is too long for ustar. */
export function tarMember(file: TarFile): Buffer {
  const content = Buffer.from(file.content ?? '');
  const header = tarHeader({ ...file, path: file.path.slice(0, 100), size: content.length });
  const pax = file.path.length > 100 ? paxMember({ path: file.path }) : Buffer.alloc(0);
  return Buffer.concat([pax, header, padded(content)]);
}

export function paxMember(fields: Record<string, string>, type = 'x'): Buffer {
  const body = Buffer.concat(Object.entries(fields).map(([key, value]) => paxRecord(key, value)));
  return Buffer.concat([tarHeader({ path: 'pax', size: body.length, type }), padded(body)]);
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

export const endMarker = Buffer.alloc(1024);

/** A whole tar. */
export function buildTar(files: readonly TarFile[]): Buffer {
  return Buffer.concat([...files.map(tarMember), endMarker]);
}
