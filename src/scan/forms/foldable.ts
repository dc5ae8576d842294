import type { Spelling } from './form.ts';

/** Shortest line width at which a folded spelling is surely found: two halves of an anchor, at most one of them broken. */
export const anchorBytes = 16;

const breaks = ['\n', '\r\n', '\\n', '\\r\\n'];

/**
 * A text that tools break over lines (`base64`, `xxd -p`, PEM writers), at any width of 16 or more.
 *
 * A text too short to hold an anchor has at most one break, so every place of that break is spelled out.
 */
export function* foldable(text: string): Iterable<Spelling> {
  if (text.length >= anchorBytes) {
    yield { bytes: Buffer.from(text, 'latin1'), anchor: 0, span: text.length };
    return;
  }
  yield { bytes: Buffer.from(text, 'latin1') };
  for (let at = 1; at < text.length; at += 1) {
    for (const lineBreak of breaks) {
      yield { bytes: Buffer.from(text.slice(0, at) + lineBreak + text.slice(at), 'latin1') };
    }
  }
}
