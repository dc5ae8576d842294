import { analyseRun } from '../dockerfile/index.ts';
import type { Change, Finding, Fix, Range } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { names, type Placed, readsFile, runsAsRoot } from './file-readers.ts';
import { instructionAt, instructionsAfter } from './place.ts';
import { inside, type Run, runOf, runsOf, type Use } from './runs.ts';
import { escapeRegExp } from './text.ts';
import { cutParts, isUpkeep, pathAt, pathsOf } from './upkeep.ts';

/** Where ssh looks for a key without being told. Source: ssh(1). */
const defaultKey = /\/\.ssh\/id_(?:rsa|dsa|ecdsa|ed25519)$/;

/** Settings by which ssh asks no agent, or another one, and programs that need the file of the key. */
const otherAgent = /\bIdentit(?:iesOnly|yAgent|yFile)\b|\bSSH_AUTH_SOCK\b|\bssh-(?:agent|add)\b/;

/** What only writes a text into a file. */
const writing = /^(?:echo|printf|cat|tr|sed|base64)$/;

/**
 * The fix by which the key is not used at all: the steps that it is for ask the ssh agent of whoever builds.
 *
 * Only for a key where ssh looks for it itself, which no step uses but by programs that start ssh. It is for a person to
 * choose: every build needs `--ssh default` then. Undefined where it cannot be done.
 */
export function sshAgentFix(context: RuleContext, finding: Finding): Fix | undefined {
  if (finding.needsPerson || finding.fix === undefined || otherAgent.test(context.dockerfile.source)) return undefined;
  const changes =
    finding.rule === 'copy-secret-file'
      ? withoutCopy(context, finding.fix)
      : /^(?:arg-secret|persisted-secret)$/.test(finding.rule) && finding.secret !== undefined
        ? withoutArgument(context, finding.secret)
        : undefined;
  if (changes === undefined) return undefined;
  const dropped = finding.rule === 'copy-secret-file' ? {} : { dropBuildArgs: [finding.secret!] };
  return { title: 'Use the ssh agent of whoever builds, and no key.', changes, ...dropped };
}

/** The fix of a COPY with the agent in place of each mount of the key. */
function withoutCopy(context: RuleContext, fix: Fix): Change[] | undefined {
  const changes = fix.changes.map((change): Change | undefined => {
    if (change.kind === 'replace' || change.kind === 'remove-instruction') return change;
    if (change.kind !== 'mount') return undefined;
    const path = change.mount.secret.replace(/^file:/, '');
    const credential = context.files.credential(path);
    const { target } = change.mount;
    if (credential?.kind !== 'ssh-key' || target === undefined || !defaultKey.test(target)) return undefined;
    const run = runOf(context.dockerfile, change.instruction);
    const placed = { instruction: change.instruction, path, credential, target, named: true };
    return names(run, placed) ? undefined : agentMount(context, run);
  });
  const isWhole = changes.every((change) => change !== undefined);
  return isWhole && fix.changes.some(({ kind }) => kind === 'mount') ? (changes as Change[]) : undefined;
}

/** Without the ARG, without the steps that write it into a file and look after that, and with the agent for its readers. */
function withoutArgument(context: RuleContext, variable: string): Change[] | undefined {
  const { dockerfile } = context;
  const declared = dockerfile.instructions.flatMap(({ keyword, pairs = [] }, instruction) =>
    pairs.flatMap(({ name }, pair) => (name === variable ? [{ keyword, instruction, pair }] : [])),
  );
  const [argument, ...more] = declared;
  if (
    argument?.keyword !== 'ARG' ||
    more.length > 0 ||
    instructionAt(context, argument.instruction).stage === undefined
  )
    return undefined;
  const using = runsOf(dockerfile).filter((run) => usesOf(run, variable).length > 0);
  const [writer, ...others] = using;
  const target = writer && others.length === 0 ? writtenKey(context, writer, variable) : undefined;
  if (writer === undefined || target === undefined) return undefined;
  const name = new RegExp(`\\b${escapeRegExp(variable)}\\b`);
  const elsewhere = dockerfile.instructions.some(
    ({ keyword, text, heredocs }, index) =>
      keyword !== 'RUN' &&
      index !== argument.instruction &&
      [text, ...heredocs.map(({ body }) => body)].some((one) => name.test(one)),
  );
  if (elsewhere) return undefined;
  const placed: Placed = {
    instruction: writer.index,
    path: target,
    credential: { kind: 'ssh-key', family: 'ssh', secretNames: [variable], placeholdersOnly: false },
    target,
    named: true,
  };
  return changesOf(context, { variable, argument, writer, placed });
}

interface Written {
  variable: string;
  argument: { instruction: number; pair: number };
  writer: Run;
  placed: Placed;
}

function changesOf(context: RuleContext, { variable, argument, writer, placed }: Written): Change[] | undefined {
  const changes: Change[] = [{ kind: 'remove-pair', instruction: argument.instruction, pair: argument.pair }];
  let asked = false;
  for (const instruction of [writer.instruction, ...instructionsAfter(context, writer.index)]) {
    if (instruction.keyword !== 'RUN') continue;
    const run = runOf(context.dockerfile, context.dockerfile.instructions.indexOf(instruction));
    const gone = run.parts.map(
      ({ range }) =>
        usesOf(run, variable).some((use) => inside(use.range, range)) || looksAfter(context, run, range, placed.target),
    );
    if (run.parts.some(({ removal }, at) => gone[at] && removal === undefined && run.parts.length > 1))
      return undefined;
    const all = gone.length > 0 && gone.every(Boolean);
    const reads = !all && readsFile(context, placed, run) && usesSsh(context, run, placed, gone);
    if (names(run, placed) && !isOnlyIn(run, placed, gone)) return undefined;
    changes.push(...cutParts(run, gone));
    if (reads) changes.push(agentMount(context, run));
    asked ||= reads;
  }
  return asked ? changes : undefined;
}

function usesOf({ uses }: Run, variable: string): readonly Use[] {
  return uses.filter(({ name }) => name === variable);
}

/** The file of a key that the RUN writes the variable into, where that is all that becomes of it. */
function writtenKey(context: RuleContext, run: Run, variable: string): string | undefined {
  const parts = run.parts.filter(({ range }) => usesOf(run, variable).some((use) => inside(use.range, range)));
  const targets = parts.map(({ range }) => {
    const outputs = run.redirects.filter((redirect) => inside(redirect.range, range));
    const commands = run.commands.filter((command) => inside(command.range, range));
    const [output, ...more] = outputs;
    if (output === undefined || more.length > 0 || !commands.every(({ program }) => writing.test(program)))
      return undefined;
    return pathAt(context, run, output.range.start, output.target);
  });
  const [target] = targets;
  const isAll = usesOf(run, variable).every((use) => parts.some(({ range }) => inside(use.range, range)));
  const isOne =
    target !== undefined && targets.every((other) => other === target) && analyseRun(run.instruction).complete;
  return isOne && isAll && defaultKey.test(target) ? target : undefined;
}

/** Whether a part of a RUN only sets the mode of the key, or deletes it. */
function looksAfter(context: RuleContext, run: Run, range: Range, target: string): boolean {
  const [command, ...more] = run.commands.filter((one) => inside(one.range, range));
  if (command === undefined || more.length > 0 || !/^(?:chmod|chown|rm|shred)$/.test(command.program)) return false;
  const paths = pathsOf(context, run, command);
  return isUpkeep(command) && paths.length > 0 && paths.every((path) => path === target);
}

/** Whether the key is named in what goes only. */
function isOnlyIn(run: Run, { target }: Placed, gone: readonly boolean[]): boolean {
  const base = target.slice(target.lastIndexOf('/') + 1);
  const left = run.parts.filter((_, at) => !gone[at]).map(({ range }) => run.source.slice(range.start, range.end));
  return run.parts.length > 0 && !left.some((text) => text.includes(base));
}

/** Whether a command of what is left starts ssh. */
function usesSsh(context: RuleContext, run: Run, placed: Placed, gone: readonly boolean[]): boolean {
  const isLeft = (range: Range): boolean => !run.parts.some((part, at) => gone[at] && inside(range, part.range));
  const commands = run.commands.filter(({ range }) => isLeft(range));
  return readsFile(context, placed, { ...run, commands, text: '', range: { start: 0, end: 0 } });
}

/** BuildKit gives the socket to root alone, unless it is told otherwise. */
function agentMount(context: RuleContext, run: Run): Change {
  const { end } = run.instruction.keywordRange;
  const mode = runsAsRoot(context, run) ? '' : ',mode=0666';
  return { kind: 'replace', range: { start: end, end }, text: ` --mount=type=ssh,required=true${mode}` };
}
