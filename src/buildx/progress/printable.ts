import { stripVTControlCharacters } from 'node:util';

/**
 * Text of a build step as it may stand in one line of a display that is redrawn.
 *
 * What a step prints is not ours to trust: escape sequences would move the cursor, and rename or write to the terminal. Of a
 * line that was overwritten with carriage returns the last state is left, as a terminal would show it.
 */
export function printableLine(text: string): string {
  const last = stripVTControlCharacters(text)
    .split('\r')
    .findLast((part) => part !== '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal
  return (last ?? '').replaceAll('\t', ' ').replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** Cuts a printable line to `columns` of a terminal. */
export function clipToColumns(text: string, columns: number): string {
  if (ascii.test(text)) return text.slice(0, Math.max(columns, 0));
  let width = 0;
  let end = 0;
  for (const { segment } of graphemesOf(text)) {
    width += widthOf(segment);
    if (width > columns) return text.slice(0, end);
    end += segment.length;
  }
  return text;
}

/** How many columns a printable line takes. */
export function columnsOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += widthOf(segment);
  return width;
}

const ascii = /^[ -~]*$/;
/** Characters of two columns (Unicode UAX 11, W and F, by the blocks that hold them), and emoji. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

let segmenter: Intl.Segmenter | undefined;

/** Made when it is needed: that takes longer than many a build's whole display. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

function widthOf(grapheme: string): number {
  if (wide.test(grapheme)) return 2;
  return invisible.test(grapheme) ? 0 : 1;
}
