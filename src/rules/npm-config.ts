import { baseName } from '../ecosystems/index.ts';
import type { Range } from '../finding.ts';
import { seatOf } from './output.ts';
import type { Command, Run, Use } from './runs.ts';
import { around, within } from './spans.ts';

/** Programs that hand text on as it is, so that a variable written by them stays the text that it was. */
const copiers = new Set(['echo', 'printf', 'cat', 'tee', 'mkdir', 'touch', 'sed', 'rm', 'chmod', 'cp']);

/**
 * Whether npm, pnpm or yarn expand `${VARIABLE}` in this file when they read it.
 *
 * Sources: npm docs, "npmrc", environment variables; Yarn docs, "Settings (.yarnrc.yml)", environment variables.
 */
export function expandsVariables(path: string): boolean {
  return /^(?:\.?npmrc|\.yarnrc\.yml)$/.test(baseName(path));
}

/**
 * The uses of variables that a RUN writes into a configuration of npm's family.
 *
 * Each of them can be written as the text `${NAME}` instead, which the tool expands later. A use whose value goes through
 * another program first (`| base64`) is none of them.
 */
export function npmConfigWrites(run: Run): readonly Use[] {
  const known = writes.get(run) ?? run.uses.filter((use) => isExpanded(run, use) && writesConfig(run, use.range));
  writes.set(run, known);
  return known;
}

const writes = new WeakMap<Run, readonly Use[]>();

/** The variables that a RUN's writes make such a file name, whether as text already or once the rule has put them off. */
export function namedInConfig(run: Run): string[] {
  return run.uses.filter(({ range }) => writesConfig(run, range)).map(({ name }) => name);
}

/** Whether the shell of the RUN itself puts the value in place of the use. */
function isExpanded(run: Run, use: Use): boolean {
  const written = run.source[use.range.start] === '$';
  return written && !use.nested && use.quoting !== 'single' && use.quoting !== 'escaped';
}

/** Whether the text in `range` ends up, unchanged, in a file in which npm's family expands variables. */
export function writesConfig(run: Run, range: Range): boolean {
  const seat = seatOf(run, range);
  const setter = around(run.commands, seat).find(setsConfig);
  if (setter) return within(run.commands, setter.range).every((command) => command === setter || isCopier(command));
  const part = around(run.parts, seat)[0]?.range ?? run.range;
  const commands = within(run.commands, part);
  const redirected = within(run.redirects, part).some(({ target }) => expandsVariables(target));
  const named = commands.some(
    ({ program, args }) => /^(?:tee|sed)$/.test(program) && args.some((arg) => expandsVariables(arg)),
  );
  return (redirected || named) && commands.every(isCopier) && !isWholeText(run, range);
}

/** Whether what is written is a text of its own, as a whole file in a variable is: the tools expand only parts of a line. */
function isWholeText(run: Run, range: Range): boolean {
  if (seatOf(run, range) !== range) {
    const end = run.source.indexOf('\n', range.end);
    const line = run.source.slice(run.source.lastIndexOf('\n', range.start) + 1, end < 0 ? undefined : end);
    return line.trim() === run.source.slice(range.start, range.end);
  }
  const command = around(run.commands, range).at(-1);
  if (!command || !/^(?:echo|printf)$/.test(command.program)) return false;
  const texts = command.words.slice(1).filter(({ value }) => !/^-\w+$|^%[sb](?:\\n)?$/.test(value));
  return texts.length === 1 && texts[0]!.value === run.source.slice(range.start, range.end);
}

/** `npm config set …`, `pnpm set …`, `yarn config set …`. */
function setsConfig(command: Command): boolean {
  const [first, second] = command.args.filter((arg) => !arg.startsWith('-'));
  if (!/^(?:npm|pnpm|yarn|yarnpkg)$/.test(command.program)) return false;
  return (first === 'config' && second === 'set') || (first === 'set' && command.program !== 'yarn');
}

function isCopier(command: Command): boolean {
  return copiers.has(command.program);
}

/** How to write `${NAME}` as text where the shell would have expanded the use. */
export function asText(run: Run, use: Use): string {
  if (use.quoting !== 'none') return `\\\${${use.name}}`;
  const around =
    run.source.slice(use.range.start - 1, use.range.start) + run.source.slice(use.range.end, use.range.end + 1);
  return /^\s{1,2}$/.test(around) ? `'\${${use.name}}'` : `\\\${${use.name}}`;
}
