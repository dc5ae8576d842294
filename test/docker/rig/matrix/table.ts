import type { Case } from './case.ts';

/** What was found of a case, and by what. */
export interface Row {
  each: Case;
  form: string;
  found: boolean;
  /** For what was declared: by grep over the file as it is stored, and over its layers without their compression. */
  stored: boolean | undefined;
  unpacked: boolean | undefined;
}

const head = `# Where a secret can lie

Made by \`test/docker/matrix.test.ts\`: each row is a fake value of its own that really is at that place of an image, built by
a real engine (what no builder writes is in an image made by hand). **verify**: found by \`safebuild verify\`, at that very
place. **grep**: found by a search for the value as it is, in the bytes of \`docker save\` (containerd's image store) and in the same with each
layer unpacked. Nobody declared the secrets of
the group *undeclared*: they are found by their form, and grep has nothing to look for.

To make it again: \`LEAK_MATRIX=1 npm run test:docker -- test/docker/matrix.test.ts\`.
`;

/** The table for the documentation. */
export function tableOf(rows: readonly Row[]): string {
  const count = (is: (row: Row) => boolean): number => rows.filter(is).length;
  const lines = rows.map(
    ({ each, form, found, stored, unpacked }) =>
      `| ${[each.group, each.title, each.lies, form, mark(found), mark(stored), mark(unpacked)].map(cell).join(' | ')} |`,
  );
  const sum = [
    count(({ found }) => found),
    count(({ stored }) => stored === true),
    count(({ unpacked }) => unpacked === true),
  ];
  return [
    head,
    '| | case | lies in | form | verify | grep | grep, unpacked |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
    `| | **${rows.length} cases** | | | **${sum.join('** | **')}** |`,
    '',
  ].join('\n');
}

function mark(found: boolean | undefined): string {
  return found === undefined ? '–' : found ? 'yes' : 'no';
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replace(/\d{3,}$/, '…')
    .replace(/([0-9a-f]{2})\/[0-9a-f]{38}/, '$1/…');
}
