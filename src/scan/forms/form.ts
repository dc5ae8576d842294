/**
 * One way in which the bytes of a form can be written.
 *
 * `anchor` is there when the bytes may be broken over lines: the matcher then skips line breaks between them, and finds
 * them by the 16 bytes from `anchor`, which hold at most one break when lines have 16 bytes or more.
 */
export interface Spelling {
  bytes: Uint8Array;
  anchor?: number;
}

/** An encoding in which a value can stand in a file. `name` is what a finding shows. */
export interface Form {
  readonly name: string;
  /** Every spelling of `value` in this form; none when the form does not apply to it. Repeats are allowed. */
  encode(value: Buffer): Iterable<Spelling>;
}
