import { secretMissing, sourceFailed } from '../client/failures.ts';
import { withoutToolsNewline } from '../client/tool.ts';
import type { PassReference } from './reference.ts';

/**
 * The part of a decrypted entry that a reference asks for.
 *
 * The newline that `pass insert` ends an entry with belongs to none of its parts. An entry of several lines without a word
 * which of them is meant is an error: a password with its user name below it and a private key look alike from here.
 */
export function partOf(decrypted: Buffer, { entry, part }: PassReference): Buffer {
  const content = withoutToolsNewline(decrypted);
  if (part === 'all') return content;
  // one character a byte: an entry need not be UTF-8
  const lines = content.toString('latin1').split('\n');
  if (part === undefined) {
    if (lines.length === 1) return content;
    const hint = `Write pass://${entry}#1 for its first line, #KEY for a "KEY: value" line, or #* for all of it.`;
    throw sourceFailed(`${entry} of the password store has several lines`, hint);
  }
  const found = 'line' in part ? lines[part.line - 1] : fieldOf(lines, part.key);
  if (found === undefined) {
    const what = 'line' in part ? `line ${part.line}` : `line "${part.key}: …"`;
    throw secretMissing(`${entry} of the password store has no ${what}`, 'Run pass show for it, and see what it has.');
  }
  return Buffer.from(found, 'latin1');
}

function fieldOf(lines: readonly string[], key: string): string | undefined {
  const prefix = `${Buffer.from(key).toString('latin1')}:`;
  // the first line is the password, whatever it looks like
  const line = lines.slice(1).find((line) => line.startsWith(prefix));
  return line?.slice(prefix.length).replace(/^[ \t]+/, '');
}
