import { SafebuildError } from '../../errors.ts';
import { maxSecretBytes } from '../read-file.ts';

const placeholder = /\$(\$\{)|\$\{([^{}]*)\}/g;

/**
 * The names whose values a template asks for, each once.
 *
 * `${NAME}` is replaced, `$${` stands for the text `${`, and every other `$` for itself. Throws `CONFIG_INVALID` where what
 * stands in the braces is no name: `:-` and the like of shells would leave a part of a secret to chance.
 */
export function namesInTemplate(name: string, template: string): string[] {
  const names = [...template.matchAll(placeholder)].flatMap((match) => match[2] ?? []);
  if (names.every((part) => /^[\w.-]+$/.test(part))) return [...new Set(names)];
  throw new SafebuildError('CONFIG_INVALID', `the template of ${name} has braces behind a $ that hold no name`, {
    hint: `Write $\{NAME}; for the text itself, write $$\{.`,
  });
}

/** The text with every value in its place. Throws `SOURCE_FAILED` where that is more than a build can be given. */
export function filledTemplate(template: string, value: (name: string) => Uint8Array): Buffer {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const add = (piece: Uint8Array): void => {
    bytes += piece.length;
    if (bytes > maxSecretBytes) {
      throw new SafebuildError('SOURCE_FAILED', 'its template makes more than 500 KiB, which BuildKit refuses');
    }
    pieces.push(piece);
  };
  let at = 0;
  for (const match of template.matchAll(placeholder)) {
    add(Buffer.from(template.slice(at, match.index)));
    add(match[2] === undefined ? Buffer.from('${') : value(match[2]));
    at = match.index + match[0].length;
  }
  add(Buffer.from(template.slice(at)));
  return Buffer.concat(pieces);
}
