import type { Anchor } from './anchors.ts';

/** How sure a detector is: `high` fails a build, `medium` is worth a look. */
export type Confidence = 'high' | 'medium';

/** A secret in a window of bytes; offsets in the window, `end` exclusive. */
export interface Found {
  start: number;
  end: number;
  /** Where it differs from the detector's own. */
  confidence?: Confidence;
  /** What it turned out to be, where that is more than the detector's own id and title say. */
  id?: string;
  title?: string;
}

/** Bytes around an anchor. */
export interface Window {
  /** One character a byte, so that offsets agree; bytes outside ASCII are NUL, which belongs to no word. */
  text: string;
  bytes: Uint8Array;
}

/** Knows one kind of secret by its form. To add one: a file or a row like the others, and its line in the list. */
export interface Detector {
  /** Stable; findings have it as `detected:<id>`. */
  id: string;
  /** What it is, for a person: `a GitHub token`. */
  title: string;
  confidence: Confidence;
  /** Where the form is documented. */
  source: string;
  /** Every such secret holds one of these, each of four bytes or more: the search looks for nothing else. */
  anchors: readonly Anchor[];
  /** Whether one may stand around the anchor at `start`, as far as the bytes go; asked before they become a window. */
  mayStand?(bytes: Uint8Array, start: number): boolean;
  /** How many bytes before an anchor a secret may begin, its context included. */
  behind: number;
  /** How many bytes from an anchor on a secret may take. */
  reach: number;
  /** Every secret in the window that no example explains. Takes time in proportion to the window. */
  find(window: Window): Found[];
}

/** The window that these bytes are. */
export function windowOf(bytes: Uint8Array): Window {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return { text: text.replace(/[\x80-\xff]/g, '\0'), bytes };
}
