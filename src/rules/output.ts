import type { Range } from '../finding.ts';
import { type Command, inside, type Run, type Use } from './runs.ts';
import { around, within } from './spans.ts';
import { copyOf, digestsInput, filesOf, filledFiles, isWriter, passesOn } from './writing-programs.ts';

export { changesInPlace, isWriter } from './writing-programs.ts';

/** Where what stands in the body of a heredoc goes into a command: at the operator of the heredoc. */
export function seatOf({ heredocs }: Run, place: Range): Range {
  return around(heredocs, place).at(-1)?.seat ?? place;
}

/** The command that what stands in `place` is given to, by its words or by a heredoc; wrappers like sudo are none. */
export function commandAt(run: Run, place: Range): Command | undefined {
  return around(run.commands, seatOf(run, place)).find(({ wraps }) => wraps !== true);
}

/** The command that writes what stands in `place` to its output. */
export function writerAt(run: Run, place: Range): Command | undefined {
  const command = commandAt(run, place);
  return command && isWriter(command, place) ? command : undefined;
}

/** The commands behind the one that writes the value into a pipe. */
export function pipedInto(run: Run, place: Range): Command[] {
  if (!writerAt(run, place)) return [];
  const seat = seatOf(run, place);
  return around(run.pipelines, seat).flatMap(({ members }) =>
    members.slice(memberAt(members, seat) + 1).flatMap((member) => within(run.commands, member)),
  );
}

/** Whether only a digest of what stands in `place` comes out of the pipes around it, or of those that lie in `range`. */
export function isDigested(run: Run, place: Range, range: Range = run.range): boolean {
  const seat = seatOf(run, place);
  const pipes = around(run.pipelines, seat).filter((pipe) => inside(pipe.range, range));
  return pipes.some(({ members }) =>
    members.slice(memberAt(members, seat) + 1).some((member) => within(run.commands, member).some(digestsInput)),
  );
}

/** The files that what stands in `place` is written into, as the RUN calls them: by redirects, by `tee`, by `sed -i`. */
export function outputFiles(run: Run, place: Range): string[] {
  const writer = writerAt(run, place);
  if (!writer) return copiesOf(run, place);
  const seat = seatOf(run, place);
  const files = [...filesOf(writer)];
  // The innermost redirect takes the output, and what is around it sees nothing.
  const takers = around(run.outputs, seat);
  const taker = takers.at(-1)?.range;
  const between = around(run.pipelines, seat).filter(({ range }) => taker === undefined || inside(range, taker));
  for (const { members } of between.reverse()) {
    for (const member of members.slice(memberAt(members, seat) + 1)) {
      const commands = within(run.commands, member);
      files.push(...commands.flatMap(filledFiles));
      if (commands.some(digestsInput) || !commands.some(passesOn)) return files;
      const taken = within(run.outputs, member);
      files.push(...taken.map(({ target }) => target));
      if (taken.some(({ range }) => range.start === member.start && range.end === member.end)) return files;
    }
  }
  return [...files, ...takers.flatMap(({ range, target }) => (same(range, taker) ? [target] : []))];
}

function same(a: Range, b: Range | undefined): boolean {
  return a.start === b?.start && a.end === b.end;
}

/** Where `cp` puts the file that `place` names. */
function copiesOf(run: Run, place: Range): string[] {
  const command = commandAt(run, place);
  return command ? [copyOf(command, place) ?? []].flat() : [];
}

function memberAt(members: readonly Range[], place: Range): number {
  return members.findIndex((member) => inside(place, member));
}

/** Programs that only hand a text in single quotes on: a `$NAME` or `os.environ["NAME"]` in it stays text. */
export const handOn = /^(?:echo|printf|cat|tee|sed|grep|npm|pnpm|yarn)$/;

/** Whether the use puts the value itself into the text: `${X:+set}` only says that there is one, `${#X}` how long it is. */
export function givesValue(run: Run, use: Use): boolean {
  const { operator, quoting, nested, range, byCode } = use;
  if (!nested && (quoting === 'escaped' || quoting === 'single')) {
    const reader = around(run.commands, seatOf(run, range)).at(-1);
    // envsubst expands the names that it is given.
    return reader?.program === 'envsubst' || (byCode === true && reader !== undefined && !handOn.test(reader.program));
  }
  return operator !== '+' && operator !== ':+' && !run.source.startsWith('${#', range.start);
}
