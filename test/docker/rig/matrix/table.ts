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

Made by \`test/docker/matrix.test.ts\`: each row is a fake value of its own that really lies at that place of an image, which a real
engine built; what no builder writes is in an image made by hand. **verify**: \`safebuild verify\` finds it, and says the place.
**grep**: a search for the value as it is finds it in the bytes of \`docker save\` (containerd's image store), and in the same with every
layer unpacked. Nobody declared the secrets of the group *undeclared*: they are found by their form, and grep has nothing to look for.

To make it again: \`LEAK_MATRIX=1 npm run test:docker -- test/docker/matrix.test.ts\`.
`;

/** The table for the documentation. */
export function tableOf(rows: readonly Row[]): string {
  const count = (is: (row: Row) => boolean): number => rows.filter(is).length;
  const groups = [...new Set(rows.map(({ each }) => each.group))];
  const sorted = groups.flatMap((group) => rows.filter(({ each }) => each.group === group));
  const lines = sorted.map(
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
    '| group | case | lies in | form | verify | grep | grep, unpacked |',
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
    .replace(/(?<=object at )\d+$/, '…')
    .replace(/([0-9a-f]{2})\/[0-9a-f]{38}/, '$1/…');
}
