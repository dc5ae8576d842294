import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Larger files are data or bundles: nobody reads a variable by name there that smaller ones do not name too. */
const maxFileBytes = 512 * 1024;
const maxTotalBytes = 64 * 1024 * 1024;
const skipped = /(^|\/)(node_modules|\.git|vendor|\.venv|target|dist)\//;

/**
 * Answers which files of the context name a variable, e.g. `process.env.SENTRY_AUTH_TOKEN`.
 *
 * This decides which steps that run the project's own code are given a secret. Dependencies, large files, and what lies
 * beyond 64 MiB of text are not read. Names count as whole words.
 */
export function createMentions(dir: string, paths: readonly string[]): (name: string) => readonly string[] {
  let texts: [path: string, text: Buffer][] | undefined;
  const answers = new Map<string, readonly string[]>();
  return (name) => {
    const known = answers.get(name);
    if (known) return known;
    texts ??= readTexts(dir, paths);
    const answer = texts.filter(([, text]) => hasWord(text, name)).map(([path]) => path);
    answers.set(name, answer);
    return answer;
  };
}

function readTexts(dir: string, paths: readonly string[]): [string, Buffer][] {
  const texts: [string, Buffer][] = [];
  let total = 0;
  for (const path of paths) {
    if (skipped.test(path)) continue;
    try {
      const stats = statSync(join(dir, path));
      if (!stats.isFile() || stats.size > maxFileBytes || total + stats.size > maxTotalBytes) continue;
      total += stats.size;
      texts.push([path, readFileSync(join(dir, path))]);
    } catch {
      // A file that cannot be read cannot be sent either: docker will say so.
    }
  }
  return texts;
}

function hasWord(text: Buffer, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isWordByte(text[at - 1]) && !isWordByte(text[at + name.length])) return true;
  }
  return false;
}

function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && /\w/.test(String.fromCharCode(byte));
}
