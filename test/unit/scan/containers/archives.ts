/** Bytes of archives, as their tools write them, for tests. */
export interface ArchiveFile {
  path: string;
  content: string | Uint8Array;
}

export type ArNames = 'gnu' | 'bsd';

/** What GNU ar or BSD ar makes of the files. */
export function arOf(files: readonly ArchiveFile[], names: ArNames = 'gnu'): Buffer {
  const long = files.filter(({ path }) => path.length > 15);
  const table = Buffer.from(long.map(({ path }) => `${path}/\n`).join(''));
  const parts: Buffer[] = [Buffer.from('!<arch>\n')];
  if (names === 'gnu' && table.length > 0) parts.push(arMember('//', table));
  for (const { path, content } of files) {
    const body = Buffer.from(content);
    if (path.length <= 15) parts.push(arMember(names === 'gnu' ? `${path}/` : path, body));
    else if (names === 'gnu') parts.push(arMember(`/${table.indexOf(`${path}/\n`)}`, body));
    else parts.push(arMember(`#1/${path.length}`, Buffer.concat([Buffer.from(path), body])));
  }
  return Buffer.concat(parts);
}

export function arMember(name: string, body: Buffer): Buffer {
  const owner = `${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}`;
  const header = `${name.padEnd(16)}${owner}${String(body.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(header), body, Buffer.alloc(body.length % 2, 10)]);
}

export type CpioFormat = 'newc' | 'crc' | 'odc';

/** What `cpio -o -H` makes of the files, without the padding to a block. */
export function cpioOf(files: readonly ArchiveFile[], format: CpioFormat = 'newc'): Buffer {
  return Buffer.concat([
    ...files.map(({ path, content }) => cpioMember(path, Buffer.from(content), format)),
    cpioMember('TRAILER!!!', Buffer.alloc(0), format),
  ]);
}

function cpioMember(path: string, body: Buffer, format: CpioFormat): Buffer {
  const name = Buffer.from(`${path}\0`);
  if (format === 'odc') {
    const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
    const owner = `${octal(1000, 6)}${octal(50, 6)}`;
    const header = `070707${octal(1, 6)}${octal(7, 6)}${octal(0o100600, 6)}${owner}${octal(1, 6)}${octal(0, 6)}`;
    return Buffer.concat([
      Buffer.from(`${header}${octal(0, 11)}${octal(name.length, 6)}${octal(body.length, 11)}`),
      name,
      body,
    ]);
  }
  const sum = format === 'crc' ? body.reduce((total, byte) => total + byte, 0) : 0;
  const fields = [7, 0o100600, 1000, 50, 1, 0, body.length, 0, 0, 0, 0, name.length, sum];
  const header = fields.map((field) => field.toString(16).padStart(8, '0').toUpperCase()).join('');
  const head = Buffer.concat([Buffer.from(`${format === 'crc' ? '070702' : '070701'}${header}`), name]);
  return Buffer.concat([head, Buffer.alloc(-head.length & 3), body, Buffer.alloc(-body.length & 3)]);
}

/** An rpm: lead, signature, header with one string in its store, payload. */
export function rpmOf(payload: Uint8Array, store = 'a summary'): Buffer {
  const lead = Buffer.alloc(96);
  lead.write('\xed\xab\xee\xdb\x03\x00', 'latin1');
  const signature = rpmHeader(Buffer.from('a signature'));
  return Buffer.concat([lead, signature, Buffer.alloc(-signature.length & 7), rpmHeader(Buffer.from(store)), payload]);
}

function rpmHeader(store: Buffer): Buffer {
  const head = Buffer.alloc(16 + 16);
  head.write('\x8e\xad\xe8\x01', 'latin1');
  head.writeUInt32BE(1, 8);
  head.writeUInt32BE(store.length, 12);
  return Buffer.concat([head, store]);
}
