/** About 16 MB of hashes; an image with more files gets findings without `visible`. */
const maxMembers = 2_000_000;

/**
 * Which paths a layer holds, as 53-bit hashes: eight bytes a path, enough to answer "does a later layer hide it?".
 *
 * A chance collision could only turn `visible` wrong, never a finding.
 */
export class MemberPaths {
  /** False once there were too many: then nothing can be said. */
  complete = true;
  /** Empty at first: of the files of a folder each has one. */
  #hashes = new Float64Array(0);
  #count = 0;

  /** What `bytes()` gave. */
  static from(bytes: Uint8Array, complete: boolean): MemberPaths {
    const members = new MemberPaths();
    members.complete = complete;
    members.#count = Math.floor(bytes.length / Float64Array.BYTES_PER_ELEMENT);
    // a copy, as the bytes may begin anywhere
    members.#hashes = new Float64Array(Uint8Array.from(bytes).buffer, 0, members.#count);
    return members;
  }

  /** `type` is the tar's type flag, `link` the target of a hard link. */
  add(path: string, type: string, link = ''): void {
    const normal = normalize(path);
    this.#append(hash(type === '5' ? `${normal}/` : normal));
    if (type === '1') this.#append(hash(linkKey(normalize(link))));
  }

  /** A file, link, device or whiteout of that very path. */
  has(path: string): boolean {
    return this.#includes(hash(path));
  }

  hasFolder(path: string): boolean {
    return this.#includes(hash(`${path}/`));
  }

  /** Some hard link of this layer names the path as its target. */
  hasHardLinkTo(path: string): boolean {
    return this.#includes(hash(linkKey(path)));
  }

  /** For this machine only: its byte order. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#hashes.buffer, 0, this.#count * Float64Array.BYTES_PER_ELEMENT);
  }

  #includes(key: number): boolean {
    return this.#hashes.subarray(0, this.#count).includes(key);
  }

  #append(key: number): void {
    if (this.#count >= maxMembers) {
      this.complete = false;
      return;
    }
    if (this.#count === this.#hashes.length) {
      const larger = new Float64Array(Math.max(256, this.#hashes.length * 2));
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.#count++] = key;
  }
}

/** A layer's path as the file system will have it: no leading `./` or `/`, no trailing `/`, no empty or `.` parts. */
export function normalize(path: string): string {
  // almost every path of a layer is normal but for what stands around it
  const start = path.startsWith('/') ? 1 : path.startsWith('./') ? 2 : 0;
  const plain = path.slice(start, path.endsWith('/') ? -1 : path.length);
  if (!/^\.|^\/|\/\/|\/\.|\/$|^$/.test(plain)) return plain;
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/**
 * Whether the file `path` of one layer is still there after the `later` layers: false when one deletes or replaces it.
 *
 * Undefined when that cannot be said: too many paths, or a hard link keeps the content under another name. Whiteouts:
 * OCI image-spec 1.1, layer.md, "Whiteouts".
 */
export function isVisible(
  path: string,
  own: MemberPaths,
  later: readonly (MemberPaths | undefined)[],
): boolean | undefined {
  const normal = normalize(path);
  if (isWhiteout(normal)) return false;
  for (const layer of later) {
    if (layer !== undefined && hides(layer, normal))
      return own.complete && !own.hasHardLinkTo(normal) ? false : undefined;
    if (layer === undefined || !layer.complete) return undefined;
  }
  return true;
}

function hides(layer: MemberPaths, path: string): boolean {
  if (layer.has(path) || layer.hasFolder(path)) return true;
  const parts = path.split('/');
  for (let depth = 0; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    const prefix = folder === '' ? '' : `${folder}/`;
    // a folder that became a file or a link takes its content along
    if (folder !== '' && layer.has(folder)) return true;
    if (layer.has(`${prefix}.wh.${parts[depth]}`) || layer.has(`${prefix}.wh..wh..opq`)) return true;
  }
  return false;
}

function isWhiteout(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith('.wh.');
}

function linkKey(path: string): string {
  return `\0${path}`;
}

/** cyrb53: two 32-bit multiplicative hashes, of which 53 bits are kept. */
function hash(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
