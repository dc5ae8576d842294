import { expect, test } from '@jest/globals';
import { paintDiff, unifiedDiff } from '../../../src/report/diff.ts';

test('a diff names the file as git does and shows three lines around the change', () => {
  const before = 'FROM a\nARG B\nRUN c\nRUN d\nRUN e\nRUN f\n';
  expect(unifiedDiff({ path: 'app/Dockerfile', before, after: before.replace('ARG B\n', '') })).toBe(
    '--- a/app/Dockerfile\n+++ b/app/Dockerfile\n@@ -1,5 +1,4 @@\n FROM a\n-ARG B\n RUN c\n RUN d\n RUN e\n',
  );
});

test('a new file comes from /dev/null', () => {
  expect(unifiedDiff({ path: '.dockerignore', after: '.env\n' })).toBe(
    '--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,1 @@\n+.env\n',
  );
});

test('a text that does not change has no diff', () => {
  expect(unifiedDiff({ path: 'x', before: 'a\n', after: 'a\n' })).toBe('');
});

test('line ends and a missing last one are kept', () => {
  expect(unifiedDiff({ path: 'x', before: 'a\r\nb', after: 'a\r\nc' })).toBe(
    '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n',
  );
});

test('colours tell headers from lines that begin with dashes of their own', () => {
  const tag = (name: string) => (text: string) => `<${name}>${text}`;
  const paint = { bold: tag('b'), red: tag('r'), green: tag('g'), yellow: tag('y'), dim: tag('d') };
  expect(paintDiff('--- a/x\n+++ b/x\n@@ -1 +1 @@\n--- gone\n+new\n same\n', paint)).toBe(
    '<b>--- a/x\n<b>+++ b/x\n<d>@@ -1 +1 @@\n<r>--- gone\n<g>+new\n same\n',
  );
});
