import { isUtf8 } from 'node:buffer';
import type { Container } from '../container.ts';
import { encodedText } from '../encoded-text.ts';
import { Several } from '../several.ts';
import { isTextHead } from '../text-head.ts';
import { embedded, hasMagic } from './embedded.ts';

/**
 * A file that begins as text: what is encoded in it, and what is embedded where it is none any more (a zip behind a note, a cache's
 * answer of HTTP, WARC). Compressed data is no UTF-8, so that only other text is looked through for it.
 */
export const mixedText: Container = {
  name: 'encoded text',
  tentative: true,
  detect: (head, name, whole) =>
    isTextHead(head) &&
    (whole === undefined || encodedText.detect(head, name, whole) || (!isUtf8(whole) && hasMagic(whole))),
  open: (host) => new Several([encodedText.open(host), embedded.open(host)]),
};
