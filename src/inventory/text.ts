import type { Inventory } from '../inventory.ts';
import { jsonText, withoutControls } from '../report/index.ts';
import type { InventoryRow } from './row.ts';

type Column = readonly [title: string, cell: (row: InventoryRow) => string];

const dayMs = 86_400_000;

/** The inventory as a table for a person; `nowMs` is what ages are counted from. */
export function inventoryText({ rows, tested }: Inventory, nowMs: number): string {
  if (rows.length === 0) return 'safebuild: no name was found that could be a secret.\n';
  const columns: Column[] = [
    ['NAME', ({ name }) => name],
    ['KIND', ({ kind }) => kind],
    ['SOURCE', ({ source }) => source],
    ['VERSION', ({ version }) => version ?? '-'],
    ['AGE', ({ changed }) => age(changed, nowMs)],
    ['LINES', ({ lines }) => (lines.length === 0 ? '-' : lines.join(','))],
    ...(tested || rows.some(({ state }) => state !== 'ok')
      ? [['STATE', ({ state }) => words[state]] satisfies Column]
      : []),
    ['WHY', ({ why }) => why],
  ];
  const plain = withoutControls(rows) as readonly InventoryRow[];
  const cells = [columns.map(([title]) => title), ...plain.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const table = cells.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const problems = plain.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]));
  return [...table, ...(problems.length > 0 ? ['', ...problems] : []), ''].join('\n');
}

const words: Readonly<Record<InventoryRow['state'], string>> = {
  ok: 'ok',
  unknown: 'not asked',
  empty: 'empty',
  missing: 'missing',
  failed: 'failed',
};

function age(changed: string | undefined, nowMs: number): string {
  if (changed === undefined) return '-';
  const days = Math.floor((nowMs - Date.parse(changed)) / dayMs);
  return days < 1 ? 'today' : `${days} d`;
}

/** The inventory as one JSON object. */
export function inventoryJson({ rows, tested, exitCode }: Inventory): string {
  return jsonText({ schemaVersion: 1, command: 'secrets', tested, exitCode, secrets: rows });
}
