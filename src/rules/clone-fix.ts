import type { Change } from '../finding.ts';
import { holdsLiteral, isOpen, oneLine, partOf } from './carry.ts';
import type { RuleContext } from './context.ts';
import { loginAt } from './kept.ts';
import { runsAfter } from './place.ts';
import { type Command, inside, type Run, type Use } from './runs.ts';

/** Options of git clone that leave its one remote, `origin`, and all of its objects as they are without. */
const plainFlag = /^(?:-q|--quiet|-v|--verbose|--progress|--single-branch|--no-single-branch|--no-tags)$/;
const valuedFlag = /^(?:--depth|-b|--branch|--shallow-since)$/;

/**
 * Sets the remote of a clone to the address without the credential, right behind the clone.
 *
 * Works with every version of git, and the clone itself is as it was. Undefined where later commands fetch from the remote
 * again, or the command is not a plain `git clone ADDRESS [FOLDER]`.
 */
export function cloneFix(context: RuleContext, run: Run, use: Use): Change[] | undefined {
  const login = loginAt(run, use.range);
  if (login?.command.program !== 'git' || login.command.args[0] !== 'clone' || use.nested) return undefined;
  const { command } = login;
  if (partOf(run, command) === undefined || holdsLiteral(context, command.range) || !isOpen(context, run, true)) {
    return undefined;
  }
  if (fetchesAgain(context, run, command)) return undefined;
  const operands = plainOperands(command);
  const [address, folder] = operands ?? [];
  if (!address || !inside(use.range, address.range)) return undefined;
  const clean = withoutCredential(oneLine(run, address.range));
  const into = folder ? oneLine(run, folder.range) : nameOf(address.value);
  if (clean === undefined || into === undefined) return undefined;
  const text = ` && git -C ${into} remote set-url origin ${clean}`;
  return [{ kind: 'replace', range: { start: command.range.end, end: command.range.end }, text }];
}

function plainOperands({ words }: Command): Command['words'] | undefined {
  const operands: Command['words'][number][] = [];
  for (let at = 2; at < words.length; at++) {
    const word = words[at]!;
    const [option] = word.value.split('=');
    if (!word.value.startsWith('-')) operands.push(word);
    else if (valuedFlag.test(word.value)) at++;
    else if (!plainFlag.test(word.value) && !(word.value.includes('=') && valuedFlag.test(option!))) return undefined;
  }
  return operands.length === 1 || operands.length === 2 ? operands : undefined;
}

/** `"https://x:$T@github.com/a/b"` → `"https://github.com/a/b"`. */
function withoutCredential(raw: string | undefined): string | undefined {
  const found = /^(["']?)(https?:\/\/)[^@/\s]*@([^@\s]+)$/.exec(raw ?? '');
  return found ? `${found[1]}${found[2]}${found[3]}` : undefined;
}

/** The folder that git makes for an address: its last part without `.git`. */
function nameOf(address: string): string | undefined {
  return /\/([\w.-]+?)(?:\.git)?\/?$/.exec(address)?.[1];
}

/** Commands that need the credential of the remote later on. */
function fetchesAgain(context: RuleContext, run: Run, clone: Command): boolean {
  const later = lastFetch(run);
  return (
    (later !== undefined && later >= clone.range.end) ||
    runsAfter(context, run.index).some((other) => lastFetch(other) !== undefined)
  );
}

const lastFetches = new WeakMap<Run, { start: number | undefined }>();

/** Where the last command of the RUN begins that fetches from a remote again. */
function lastFetch(run: Run): number | undefined {
  const known = lastFetches.get(run) ?? {
    start: run.commands.findLast(
      ({ program, args }) =>
        /^git(?:-lfs)?$/.test(program) &&
        args.some((arg) => /^(?:fetch|pull|push|submodule|lfs|ls-remote|remote|--unshallow)$/.test(arg)),
    )?.range.start,
  };
  lastFetches.set(run, known);
  return known.start;
}
