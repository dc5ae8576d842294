/**
 * One way in which the bytes of a form can be written.
 *
 * `anchor` is there when the bytes may be broken over lines: the matcher then skips line breaks between them, and finds
 * them by the `span` (16 when absent) bytes from `anchor`, surely when the lines there have 16 bytes or more.
 */
export interface Spelling {
  bytes: Uint8Array;
  anchor?: number;
  /** More than 16 where no line of the value's own ends: the search is faster. */
  span?: number;
  /** Broken where somebody wanted it, and not as a tool wraps every text: its pieces may be words like any other. */
  byHand?: true;
}

/** An encoding in which a value can stand in a file. `name` is what a finding shows. */
export interface Form {
  readonly name: string;
  /**
   * A value of more bytes is looked for by a part of this size only: for rare forms that are many times the value's size.
   *
   * Whatever holds the value in that form also holds the part.
   */
  readonly longestValue?: number;
  /** Every spelling of `value` in this form; none when the form does not apply to it. Repeats are allowed. */
  encode(value: Buffer): Iterable<Spelling>;
}
