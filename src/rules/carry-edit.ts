import { baseName, writtenFile } from '../ecosystems/index.ts';
import { type Carry, holdsLiteral, isOpen, oneLine, partOf } from './carry.ts';
import type { RuleContext } from './context.ts';
import { isCopied, type Placed, readsFile, useOf } from './file-readers.ts';
import type { Run, Use } from './runs.ts';
import { around } from './spans.ts';
import { pathAt, pathsOf } from './upkeep.ts';

/**
 * How a secret that `sed -i` puts into a configuration file of a build tool is taken out again when the step ends.
 *
 * The file is kept aside and put back, so that the image has it as it was copied. Undefined where a later RUN or another
 * stage needs the secret in it, or where no step is seen to use it.
 */
export function editCarry(context: RuleContext, run: Run, use: Use): Carry | undefined {
  const [command] = around(run.commands, use.range);
  // `sed -i SCRIPT FILE`, and no more: other options and files would have to be looked at one by one.
  if (command?.program !== 'sed' || !/^-i (?:-e )?$/.test(optionsOf(command.args))) return undefined;
  const part = partOf(run, command);
  if (part === undefined) return undefined;
  const name = oneLine(run, command.words.at(-1)!.range);
  if (name === undefined || !/^(?:(?:~|\$HOME|\$\{HOME\})\/)?[\w./-]+$/.test(name) || !isOpen(context, run, true)) {
    return undefined;
  }
  const target = pathAt(context, run, command.range.start, command.args.at(-1)!);
  const file = writtenFile(target);
  // What else is written into it would be lost, or kept aside with it.
  const others = run.commands.filter(
    (other) =>
      other !== command && /^(?:sed|tee)$/.test(other.program) && pathsOf(context, run, other).includes(target),
  );
  const written = run.redirects.some((one) => pathAt(context, run, one.range.start, one.target) === target);
  if (others.length > 0 || written || run.parts[part]!.operator === '||') return undefined;
  const moves = run.commands.some(({ program }) => /^(?:cd|pushd)$/.test(program));
  if (file?.need !== 'build' || (moves && !/^[/~$]/.test(name)) || holdsLiteral(context, command.range))
    return undefined;
  const placed: Placed = {
    instruction: run.index,
    path: baseName(target),
    target,
    named: true,
    credential: { kind: file.kind, family: file.family, secretNames: [], placeholdersOnly: false },
  };
  const known = useOf(context, placed);
  if (
    !readsFile(context, placed, run, command.range.end) ||
    known.readers.length > 0 ||
    known.takenBy.length > 0 ||
    isCopied(known)
  ) {
    return undefined;
  }
  const at = { start: command.range.start, end: command.range.start };
  return {
    run,
    parts: [part],
    before: '',
    after: `mv -f ${name}.orig ${name}`,
    own: true,
    consumers: [],
    cleans: [],
    families: [file.family],
    more: [{ kind: 'replace', range: at, text: `cp -p ${name} ${name}.orig && ` }],
    title: `Put ${name} back as it was when the step ends.`,
  };
}

/** The words in front of script and file, each with a blank behind it. */
function optionsOf(args: readonly string[]): string {
  return args
    .slice(0, -2)
    .map((word) => `${word} `)
    .join('');
}
