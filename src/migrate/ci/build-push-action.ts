import { isMap, type YAMLMap } from 'yaml';
import { type Entry, entriesOf, entryOf, rangeOf, textOf, type YamlFile } from '../../check/yaml/document.ts';
import type { Edit, Range } from '../../finding.ts';
import { isOurs, type Needs, nameOf } from './needs.ts';
import { block, columnOf } from './step.ts';

/**
 * Makes a step of docker/build-push-action hand the secrets over: their lines move from `build-args` to `secrets`.
 *
 * Undefined where the step builds something else, hands nothing over, or is written in a way that no edit fits.
 */
export function actionEdits(file: YamlFile, step: YAMLMap, needs: Needs): Edit[] | undefined {
  if (!/^docker\/build-push-action@/.test(textOf(entryOf(step, 'uses')?.value) ?? '')) return undefined;
  const inputs = entryOf(step, 'with');
  const input = (key: string): Entry | undefined => entryOf(inputs?.value, key);
  const context = textOf(input('context')?.value) ?? '.';
  if (!isOurs(needs, '.', context, textOf(input('file')?.value))) return undefined;
  const agent = needs.agent && input('ssh') === undefined ? agentEdit(file, inputs) : [];
  if (agent === undefined) return undefined;
  const moved = movedEdits(file, step, needs);
  return moved === undefined && agent.length === 0 ? undefined : [...(moved ?? []), ...agent];
}

/** The input `ssh`, in front of one that stays as it is; undefined where there is none such. */
function agentEdit(file: YamlFile, inputs: Entry | undefined): Edit[] | undefined {
  if (inputs === undefined || inputs.aliased || !isMap(inputs.value) || inputs.value.flow) return undefined;
  const next = entriesOf(inputs.value).find(({ key }) => key !== 'build-args' && key !== 'secrets');
  const at = next?.keyRange.start;
  if (at === undefined) return undefined;
  return [{ range: { start: at, end: at }, text: `ssh: default\n${' '.repeat(columnOf(file.source, at))}` }];
}

function movedEdits(file: YamlFile, step: YAMLMap, needs: Needs): Edit[] | undefined {
  const inputs = entryOf(step, 'with');
  const input = (key: string): Entry | undefined => entryOf(inputs?.value, key);
  const args = input('build-args');
  const lines = linesOf(args);
  // Fields of CSV: one in quotes may go on in the next line.
  if (lines.some((line) => (line.match(/"/g) ?? []).length % 2 === 1)) return undefined;
  const moved = lines.filter((line) => needs.buildArgs.has(nameOf(line)));
  const where = args && entryRange(file, args);
  if (args === undefined || where === undefined || moved.length === 0) return undefined;
  const column = columnOf(file.source, where.start);
  const indent = `\n${' '.repeat(column)}`;
  const left = lines.filter((line) => !moved.includes(line));
  const secrets = input('secrets');
  const rest = left.length === 0 ? [] : [block('build-args', left, column)];
  if (secrets === undefined) {
    return [{ range: where, text: [...rest, block('secrets', moved, column)].join(indent) }];
  }
  const there = entryRange(file, secrets);
  if (there === undefined) return undefined;
  const all = block('secrets', [...linesOf(secrets), ...moved], column);
  const removal = {
    start: file.source.lastIndexOf('\n', where.start) + 1,
    end: file.source.indexOf('\n', where.end) + 1,
  };
  const gone = removal.end > 0 && entriesOf(inputs?.value)[0]?.key !== 'build-args';
  if (left.length === 0 && !gone) return undefined;
  const kept: Edit = left.length === 0 ? { range: removal, text: '' } : { range: where, text: rest.join('') };
  return [kept, { range: there, text: all }];
}

function linesOf(entry: Entry | undefined): string[] {
  const lines = (textOf(entry?.value) ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

/** Of a key with its value: a block of lines, or one plain line. */
function entryRange(file: YamlFile, { keyRange, value, aliased }: Entry): Range | undefined {
  const range = rangeOf(file, value);
  if (range === undefined || aliased || /^["'>]/.test(file.source.slice(range.start, range.end))) return undefined;
  // A comment on the line of the key would be lost, or become a part of the value.
  if (/^[|]?[^\n|]*?[ \t]#/.test(file.source.slice(range.start))) return undefined;
  return { start: keyRange.start, end: range.end };
}
