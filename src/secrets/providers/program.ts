import { SafebuildError } from '../../errors.ts';
import type { Provider } from './provider.ts';

/**
 * `exec:PROGRAM WORD …`: what a program prints, without one line break at its end.
 *
 * No shell reads the words. They are parted at spaces; quotes of either kind keep a word together, and inside of them nothing
 * but the quote itself means anything. A list as JSON, `exec:["PROGRAM", "WORD"]`, needs no quotes at all.
 */
export const program: Provider = {
  name: 'a program',
  check: (reference) => void programWords(reference),
  open: ({ run }) => ({
    async fetch(reference) {
      const [name = '', ...words] = programWords(reference);
      const { exitCode, stdout } = await run(name, words);
      if (exitCode === 0) return { value: withoutLineBreak(stdout) };
      // Neither its words nor its output: both may hold a value.
      throw new SafebuildError('SOURCE_FAILED', `${name} ended with exit code ${exitCode}`, {
        hint: `Run ${name} yourself to see what it says.`,
      });
    },
    close: () => Promise.resolve(),
  }),
};

/** The program and its words. Throws `CONFIG_INVALID`, quoting nothing. */
export function programWords(reference: string): string[] {
  const text = reference.slice('exec:'.length).trim();
  const words = text.startsWith('[') ? listed(text) : parted(text);
  if (words !== undefined && words.length > 0 && words[0] !== '' && !words.some((word) => word.includes('\0'))) {
    return words;
  }
  throw new SafebuildError('CONFIG_INVALID', 'what stands behind exec: is no program with its words', {
    hint: 'Write exec:PROGRAM WORD, or in safebuild.yaml exec: [PROGRAM, WORD].',
  });
}

function listed(text: string): string[] | undefined {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

function parted(text: string): string[] | undefined {
  const whole = /^(?:(?:[^\s"']|"[^"]*"|'[^']*')+(?:\s+|$))*$/;
  if (!whole.test(text)) return undefined;
  return [...text.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}

function withoutLineBreak(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}
