import { decodeText, type TarHeader } from './header.ts';
import { type PaxFields, parsePax } from './pax.ts';

/** Long names and pax headers are kept whole; GNU tar and Go stop at 1 MiB too. */
export const maxSpecialBytes = 1024 * 1024;

/** What only some readers of tars believe, or each in its own way: what they see was not seen. */
export const disputed = 'readers do not agree on what a size in the tar means';

/** Says why the tar cannot be read in one way only; `lost` as in TarEvent. */
type Damage = (why: string, lost: boolean) => void;

const noFields: PaxFields = {};

/** What headers that stand before a member's own say of it: GNU's long names (`L`, `K`) and pax (`x`, `g`; old: `X`). */
export class ExtendedHeaders {
  /** Of the next member. */
  local = noFields;
  #global = noFields;
  #longName: string | undefined;
  #longLink: string | undefined;
  #open: { type: string; bytes: Uint8Array; filled: number } | undefined;
  readonly #damage: Damage;

  constructor(damage: Damage) {
    this.#damage = damage;
  }

  static isOne(type: string): boolean {
    return 'LKxgX'.includes(type);
  }

  /** The body of such a header follows; too large a one is passed over. */
  begin({ type, size }: TarHeader): void {
    this.#open = size > maxSpecialBytes ? undefined : { type, bytes: new Uint8Array(size), filled: 0 };
    if (size > maxSpecialBytes)
      this.#damage('an extended header of the tar is larger than 1 MiB', !'LK'.includes(type));
  }

  push(bytes: Uint8Array): void {
    if (this.#open === undefined) return;
    this.#open.bytes.set(bytes, this.#open.filled);
    this.#open.filled += bytes.length;
  }

  /** Its body is over. True when nothing of what stood before it counts for the next member any more. */
  end(): boolean {
    const { type, bytes } = this.#open ?? { type: '', bytes: new Uint8Array(0) };
    this.#open = undefined;
    if (type === 'L') this.#longName = textUntilNul(bytes);
    else if (type === 'K') this.#longLink = textUntilNul(bytes);
    else if (type !== '') {
      const fields = parsePax(bytes);
      // some readers take the records that they can read
      if (fields === undefined) this.#damage('a pax header of the tar cannot be read', setsSize(bytes));
      else if (type === 'g') this.#applyGlobal(fields);
      else this.#applyLocal(fields, type);
      return fields !== undefined && type === 'g';
    }
    return false;
  }

  pathOf(header: TarHeader): string {
    return this.local.path ?? this.#longName ?? this.#global.path ?? header.name;
  }

  linkOf(header: TarHeader): string {
    return this.local.linkpath ?? this.#longLink ?? this.#global.linkpath ?? header.link;
  }

  ownerOf(header: TarHeader): Pick<TarHeader, 'uid' | 'gid' | 'user' | 'group'> {
    // as of almost every file
    if (this.local === noFields && this.#global === noFields) return header;
    return {
      uid: this.local.uid ?? this.#global.uid ?? header.uid,
      gid: this.local.gid ?? this.#global.gid ?? header.gid,
      user: this.local.uname ?? this.#global.uname ?? header.user,
      group: this.local.gname ?? this.#global.gname ?? header.group,
    };
  }

  /** The member that they were about has come. */
  forget(): void {
    this.#longName = undefined;
    this.#longLink = undefined;
    this.local = noFields;
  }

  #applyLocal(fields: PaxFields, type: string): void {
    const earlier = this.local !== noFields;
    // of two headers some readers take the first; and only some know the type X, which Solaris had before POSIX
    const differs = (earlier && this.local.size !== fields.size) || (type === 'X' && hasSize(fields));
    if (differs || (this.local.sparse ?? (earlier && fields.sparse))) this.#damage(disputed, true);
    this.local = fields;
  }

  /** Go forgets what came before a global header, and whatever that says; GNU tar and Python do neither. */
  #applyGlobal(fields: PaxFields): void {
    const pending = this.local !== noFields || this.#longName !== undefined || this.#longLink !== undefined;
    if (pending || hasSize(fields)) this.#damage(disputed, true);
    this.#global = { ...this.#global, ...fields };
    this.forget();
  }
}

function hasSize({ size, sparse }: PaxFields): boolean {
  return size !== undefined || sparse !== undefined;
}

function setsSize(pax: Uint8Array): boolean {
  const text = decodeText(pax);
  return text.includes('size=') || text.includes('GNU.sparse.');
}

/** Text up to the first NUL, or all of it. */
export function textUntilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}
