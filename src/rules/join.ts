import { mountFields, shellAt } from '../dockerfile/index.ts';
import type { Change } from '../finding.ts';
import { isOpen } from './carry.ts';
import type { RuleContext } from './context.ts';
import { type Run, runOf } from './runs.ts';

/** What changes the state of the shell for the commands behind it, or ends it. */
const stateful =
  /^(?:cd|pushd|popd|export|unset|alias|unalias|source|\.|umask|ulimit|exec|exit|return|eval|shopt|local|readonly|declare|typeset|trap|hash)$/;

/** What begins a command that is a block of others, in which variables may be set. */
const block = /^(?:if|for|while|until|case|select|function|time|!|\{|\(|\w+\s*\(\))/;

/**
 * The changes that make the RUNs from `first` to `last` one, so that what one of them writes and another deletes is in no layer.
 *
 * Each of them runs as it did, behind the one before it and only when that succeeded; where it could leave something to the
 * next one through the shell, it gets a shell of its own. Undefined where anything else stands between them, or where the
 * text does not tell that they do the same: other forms, options of the shell, mounts.
 */
export function joinChanges(context: RuleContext, first: number, last: number): Change[] | undefined {
  if (last <= first) return undefined;
  const indexes = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const { instructions } = context.dockerfile;
  const stage = instructions[first]?.stage;
  if (!indexes.every((index) => instructions[index]?.keyword === 'RUN' && instructions[index].stage === stage)) {
    return undefined;
  }
  const runs = indexes.map((index) => runOf(context.dockerfile, index));
  if (!runs.every((run) => isJoinable(context, run, run.index === first))) return undefined;
  return [
    ...runs.flatMap(shelled),
    ...indexes.slice(1).map((instruction): Change => ({ kind: 'join', instruction, to: first })),
  ];
}

function isJoinable(context: RuleContext, run: Run, isFirst: boolean): boolean {
  const { instruction, parts, commands, source, quoted } = run;
  if (instruction.json || !isOpen(context, run, false) || !run.complete) return false;
  // In front of && a shell does not stop at the command that fails (-e).
  if (commands.some(({ program }) => program === 'set')) return false;
  if (shellAt(context.dockerfile, instruction).some((word) => /^-[a-df-z]*e|^errexit$/.test(word))) return false;
  // A comment of the shell would swallow what is put behind it.
  if (!/^\s*$/.test(source.slice(quoted?.end ?? parts.at(-1)!.range.end, run.range.end))) return false;
  const { flags } = instruction;
  return isFirst ? flags.every((flag) => mountFields(flag).get('type') === 'secret') : flags.length === 0;
}

/** The RUN in a shell of its own, where it needs one. */
function shelled(run: Run): Change[] {
  const { parts, commands, source } = run;
  const plain =
    run.quoted !== undefined ||
    (parts.every(
      ({ operator, range }) => (operator ?? '&&') === '&&' && !block.test(source.slice(range.start, range.end)),
    ) &&
      !commands.some(({ program }) => stateful.test(program)) &&
      run.assignments.length === 0);
  if (plain) return [];
  const [start, end] = [parts[0]!.range.start, parts.at(-1)!.range.end];
  return [
    { kind: 'replace', range: { start, end: start }, text: '( ' },
    { kind: 'replace', range: { start: end, end }, text: ' )' },
  ];
}
