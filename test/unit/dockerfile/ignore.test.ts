import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { excludesDirectory, ignored, parseIgnore } from '../../../src/dockerfile/index.ts';

function sent(text: string, paths: readonly string[]): string[] {
  const patterns = parseIgnore(text);
  return paths.filter((path) => !ignored(patterns, path));
}

const context = ['.env', 'sub/.env', 'sub/deep/.env', 'app/main.js', 'app/(auth)/page.js', 'Readme.md', 'a+b.txt'];

test.each<[string, string, string[]]>([
  ['nothing', '', context],
  ['a name matches at the root only', '.env', context.slice(1)],
  ['a leading slash is the root', '/.env', context.slice(1)],
  ['two stars match in every depth', '**/.env', context.slice(3)],
  ['two stars without a slash match an ending', '**env', context.slice(3)],
  ['a star stops at a slash', 'sub/*', ['.env', ...context.slice(3)]],
  ['a directory takes what is below it', 'sub', ['.env', ...context.slice(3)]],
  ['the last match wins', 'sub\n!sub/.env', ['.env', 'sub/.env', ...context.slice(3)]],
  ['the last match wins, the other way', '!sub/.env\nsub', ['.env', ...context.slice(3)]],
  ['everything but one directory', '*\n!app', ['app/main.js', 'app/(auth)/page.js']],
  ['a dot brings nothing back', '*\n!.', []],
  ['case counts', 'README.md\n.ENV', context],
  ['brackets of a path are plain', 'app/(auth)', context.filter((path) => !path.includes('auth'))],
  ['a plus is plain', 'a+b.*', context.slice(0, -1)],
  ['a class', '[A-Z]*.md', context.filter((path) => path !== 'Readme.md')],
  ['a class that is negated', '[^.]*', ['.env']],
  ['a question mark is one character', '?env', context.slice(1)],
  ['an escape', '\\.env', context.slice(1)],
  ['comments, blanks and carriage returns', '# .env\r\n\r\n  .env  \r\n', context.slice(1)],
  ['a comment that is indented is a pattern', ' #x\n', context],
  ['dots and slashes are cleaned', './sub//deep/../.env/', context.filter((path) => path !== 'sub/.env')],
  ['a byte order mark', '\ufeff.env', context.slice(1)],
  ['blanks behind the exclamation mark', '*\n! .env', ['.env']],
  [
    'a pattern that changed nothing for the parent does not count below',
    '**\n!**.js\napp',
    ['app/main.js', 'app/(auth)/page.js'],
  ],
  [
    'a letter that is escaped is a class of Go, not the letter',
    '\\app\n\\Deadme.md',
    context.filter((path) => path !== 'Readme.md'),
  ],
])('%s', (_name, text, expected) => {
  expect(sent(text, context)).toEqual(expected);
});

test.each(['!', 'a\n!\n', '[', 'a[', '[]a]', '[-]', '[a-]', '[^', '\\', '[b-a]', '!/', '\\q'])(
  'a pattern that stops a build is an error: %j',
  (text) => {
    expect(() => parseIgnore(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  },
);

test('a directory is entered when a later pattern may bring something below it back', () => {
  const pruned = (text: string, directory: string) => excludesDirectory(parseIgnore(text), directory);
  expect(pruned('node_modules', 'node_modules')).toBe(true);
  expect(pruned('node_modules\n!app', 'node_modules')).toBe(true);
  expect(pruned('*\n!sub/keep', 'sub')).toBe(false);
  expect(pruned('*\n!sub/keep', 'other')).toBe(true);
  expect(pruned('*\n!**/keep', 'other')).toBe(false);
  expect(pruned('*\n!s*/x/keep', 'sub/x')).toBe(false);
  expect(pruned('sub/*', 'sub')).toBe(false);
  // A negated class matches slashes, so that this brings `sub/x` back.
  expect(pruned('*\n!sub[^y]x', 'sub')).toBe(false);
});

test('nothing below a directory that is not entered is sent', () => {
  const segment = fc.constantFrom('a', 'b', '*', '**', '?', 'a*');
  const pattern = fc.tuple(fc.boolean(), fc.array(segment, { minLength: 1, maxLength: 3 }));
  const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 5 }), path, (lines, parts) => {
      const patterns = parseIgnore(
        lines.map(([include, segments]) => `${include ? '!' : ''}${segments.join('/')}`).join('\n'),
      );
      const parents = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
      if (parents.some((parent) => excludesDirectory(patterns, parent))) {
        expect(ignored(patterns, parts.join('/'))).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});
