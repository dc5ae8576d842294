import type { Range } from '../finding.ts';
import { type Command, inside, type Run, type Use } from './runs.ts';
import { around, within } from './spans.ts';

/** Programs that write what they are given as it is, or in a form that can be turned back. */
const writers = /^(?:echo|printf|cat|tee|sed|envsubst|base64|printenv|jq|yq|[gm]?awk)$/;

/** Further programs at the end of a pipe whose output still holds what came in, as it is or encoded. */
const copiers = /^(?:tr|base32|xxd|od|hexdump|head|tail|cut|rev|gzip|xz|bzip2|zstd|sort|openssl|read)$/;

/** Programs that leave nothing of what they read, so neither does whatever follows in the pipe. */
const digests = /^(?:(?:sha\d+|md5|b2|ck)sum|cksum|shasum|sum|wc)$/;

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
  return command && writers.test(command.program) ? command : undefined;
}

/** The commands behind the one that writes the value into a pipe. */
export function pipedInto(run: Run, place: Range): Command[] {
  if (!writerAt(run, place)) return [];
  const seat = seatOf(run, place);
  return around(run.pipelines, seat).flatMap(({ members }) =>
    members.slice(memberAt(members, seat) + 1).flatMap((member) => within(run.commands, member)),
  );
}

/** Whether only a digest of what stands in `place` comes out of the pipe. */
export function isDigested(run: Run, place: Range): boolean {
  return pipedInto(run, place).some(({ program }) => digests.test(program));
}

/** The files that what stands in `place` is written into, as the RUN calls them: by redirects, by `tee`, by `sed -i`. */
export function outputFiles(run: Run, place: Range): string[] {
  const writer = writerAt(run, place);
  if (!writer) return [];
  const seat = seatOf(run, place);
  const files = [...editedFiles(writer), ...filledFiles(writer)];
  // The innermost redirect takes the output, and what is around it sees nothing.
  const takers = around(run.outputs, seat);
  const taker = takers.at(-1)?.range;
  const between = around(run.pipelines, seat).filter(({ range }) => taker === undefined || inside(range, taker));
  for (const { members } of between.reverse()) {
    for (const member of members.slice(memberAt(members, seat) + 1)) {
      const commands = within(run.commands, member);
      files.push(...commands.flatMap(filledFiles));
      if (!passesOn(commands)) return files;
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

/** The files that the command changes in place. */
function editedFiles(command: Command): readonly string[] {
  return changesInPlace(command) ? command.args.slice(-1) : [];
}

/** Whether the command changes the file that it reads: `sed -i`. */
export function changesInPlace({ program, args }: Command): boolean {
  return /^(?:sed|yq|perl)$/.test(program) && args.some((arg) => /^-\w*i|^--in-?place/.test(arg));
}

/** The files that a command at the end of a pipe fills with what comes in: `tee f`, `sponge f`, `dd of=f`. */
function filledFiles({ program, args }: Command): string[] {
  if (program === 'dd') return args.flatMap((arg) => /^of=(.+)$/.exec(arg)?.[1] ?? []);
  return program === 'tee' || program === 'sponge' ? args.filter((arg) => !arg.startsWith('-')) : [];
}

function memberAt(members: readonly Range[], place: Range): number {
  return members.findIndex((member) => inside(place, member));
}

/** Whether the output of these commands, one member of a pipe, still holds what came in. */
function passesOn(commands: readonly Command[]): boolean {
  if (commands.some(({ program }) => digests.test(program))) return false;
  return commands.some(({ program }) => writers.test(program) || copiers.test(program));
}

/** Whether the use puts the value itself into the text: `${X:+set}` only says that there is one, `${#X}` how long it is. */
export function givesValue(run: Run, { operator, quoting, nested, range }: Use): boolean {
  if (!nested && (quoting === 'escaped' || quoting === 'single')) return false;
  return operator !== '+' && operator !== ':+' && !run.source.startsWith('${#', range.start);
}
