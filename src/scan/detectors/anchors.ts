const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const letters = upper + upper.toLowerCase();
const digits = '0123456789';

/** What may follow a prefix. */
const alphabets = {
  digits,
  hex: `${digits}abcdefABCDEF`,
  base32: `${upper}234567`,
  letters,
  base62: `${letters}${digits}`,
  base64: `${letters}${digits}+/`,
  word: `${letters}${digits}_`,
  base64url: `${letters}${digits}-_`,
};

/** A text that stands in every secret of a kind; alone, or with what follows it, which tells it from other words. */
export type Anchor = string | Followed;

interface Followed {
  text: string;
  by: keyof typeof alphabets;
  /** So many characters of the alphabet at least: fewer than the kind demands, more than other words have. */
  least: number;
}

/** An anchor with what follows it. */
export function followed(text: string, by: keyof typeof alphabets, least = 16): Anchor {
  return { text, by, least };
}

/** An anchor in bytes, whatever it was made of. */
export interface AnchorBytes {
  bytes: Uint8Array;
  /** The bytes one of which follows, and how many; none for a text that stands alone. */
  alphabet: Uint8Array;
  least: number;
}

/** The bytes of an anchor. */
export function anchorBytes(anchor: Anchor): AnchorBytes {
  const { text, by, least } = typeof anchor === 'string' ? { text: anchor, by: undefined, least: 0 } : anchor;
  return {
    bytes: Buffer.from(text, 'latin1'),
    alphabet: Buffer.from(by === undefined ? '' : alphabets[by], 'latin1'),
    least,
  };
}
