import { bitsPerCharacter } from '../../secrets/index.ts';
import { isPublishedKey } from './published-keys.ts';

/** Words that people put into tokens which are none; those of four letters only where no letter stands beside them. */
const markers = new RegExp(
  [
    'example|sample|placeholder|dummy|redacted|changeme|insert|replace|secret|token|x{5}|\\*{3}|\\.{3}|<|\\$\\{|\\{\\{',
    '(?<![a-z0-9])(?:fake|test|your)(?![a-z0-9])',
    '(?:fake|your)(?:access|api|auth|key|pass|personal)',
  ].join('|'),
  'i',
);

/** Values that documentation and tools print as they are. */
const published = new Set([
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds.html
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  // the storage emulator's account: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  // Shopify's, as secretlint's rule has them: https://github.com/secretlint/secretlint, secretlint-rule-shopify
  'QlRSJy5AXX1cILNjVatTsEIhFxuPF5ex',
  'r8TRc9ZXAvcVvcrmtr7qoVw69WeeY1ex',
  '7jqbg9cupMkZRxJKXWz3v8BvS8QBa7hMdJfAex',
]);

/** Random text of 16 and more characters stays above it, hexadecimal text too. */
const leastBits = 2.6;

const longestRun = 7;

/**
 * Whether the variable part of a token is one that nobody can log in with: published, spelled out, or drawn by no machine.
 *
 * Errs on the side of a secret: a body is an example only when chance would not write it in a hundred thousand tokens.
 */
export function isExample(body: string): boolean {
  return (
    published.has(body) ||
    isPublishedKey(body) ||
    markers.test(body) ||
    hasRun(body) ||
    bitsPerCharacter(body) < leastBits
  );
}

/** Neighbours of the alphabet, of the digits, or one character repeated: `abcdefgh`, `12345678`, `00000000`. */
function hasRun(text: string): boolean {
  let run = 1;
  let step = Number.NaN;
  for (let at = 1; at < text.length; at++) {
    const now = text.charCodeAt(at) - text.charCodeAt(at - 1);
    run = now === step && Math.abs(now) <= 1 ? run + 1 : 2;
    step = now;
    if (run >= longestRun) return true;
  }
  return false;
}
