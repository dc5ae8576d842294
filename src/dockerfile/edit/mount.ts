import type { SecretMount } from '../../finding.ts';
import type { Dockerfile, Instruction } from '../model.ts';
import { layoutOf } from './layout.ts';
import { fileOf, mountFields, mountFlag } from './mount-flag.ts';
import type { PlannedEdit } from './splice.ts';
import { type FileVariable, fileMount, settingOf, setVariables } from './variables.ts';

/** What mounting secrets takes, or why one of them cannot be mounted. */
export interface MountEdits {
  edits: PlannedEdit[];
  problems: string[];
}

export interface MountOptions {
  /** The frontend knows `env=`; otherwise the step reads a file into the variable. */
  secretEnv: boolean;
  keepLines: boolean;
}

/** The edits that give a RUN its secrets. A mount that is there already is not added again. */
export function mountSecrets(
  dockerfile: Dockerfile,
  instruction: Instruction,
  mounts: readonly SecretMount[],
  options: MountOptions,
): MountEdits {
  const run = instruction.onbuild ?? instruction;
  if (run.keyword !== 'RUN') return { edits: [], problems: ['only a RUN can mount a secret'] };
  // A RUN without a command does nothing; there would be nothing behind the flags to continue to.
  if (run.text === '') return { edits: [], problems: [] };
  const problems: string[] = [];
  const wanted = distinct(mounts).filter((mount, index, all) => {
    const problem = refusal(run, mount, all.slice(0, index));
    if (problem !== undefined) problems.push(problem);
    return problem === undefined;
  });
  const needsVariable = options.secretEnv ? [] : wanted.filter(({ env }) => env !== undefined);
  const flags = wanted.map((mount) => (needsVariable.includes(mount) ? fileMount(mount) : mount));
  const added = distinct(flags).filter((mount) => !isMounted(run, mount));
  const variables: FileVariable[] = needsVariable.map((mount) => ({ name: mount.env!, file: fileMount(mount).file }));
  const layout = layoutOf(dockerfile, instruction, added.length + variables.length, options.keepLines);
  const edits: PlannedEdit[] = [];
  if (added.length > 0) edits.push(flagEdit(dockerfile, run, added.map(mountFlag), layout.breakLine));
  const insertion = setVariables(dockerfile, instruction, variables, layout);
  if (insertion !== undefined && 'problem' in insertion)
    return { edits: [], problems: [...problems, insertion.problem] };
  if (insertion !== undefined) edits.push({ range: { start: insertion.at, end: insertion.at }, text: insertion.text });
  return { edits, problems };
}

/** A RUN of this shell text, with these secrets. */
export function runText(command: string, mounts: readonly SecretMount[], { secretEnv }: MountOptions): string {
  const variables = secretEnv ? [] : mounts.filter(({ env }) => env !== undefined);
  const flags = distinct(mounts.map((mount) => (variables.includes(mount) ? fileMount(mount) : mount))).map(mountFlag);
  const named = distinct(variables).map((mount) => ({ name: mount.env!, file: fileMount(mount).file }));
  return ['RUN', ...flags, `${named.length > 0 ? `${settingOf(named)}; ` : ''}${command}`].join(' ');
}

function distinct(mounts: readonly SecretMount[]): SecretMount[] {
  const flags = mounts.map(mountFlag);
  return mounts.filter((_, index) => flags.indexOf(flags[index]!) === index);
}

function refusal(run: Instruction, mount: SecretMount, earlier: readonly SecretMount[]): string | undefined {
  if (/[\r\n]/.test(`${mount.id}${mount.target ?? ''}`)) return 'a mount cannot hold a line break';
  const taken = run.flags.some((flag) => {
    const fields = mountFields(flag);
    return (
      flag.name === 'mount' &&
      mount.env !== undefined &&
      fields.get('env') === mount.env &&
      fields.get('id') !== mount.id
    );
  });
  const clashes = earlier.some(({ id, env }) => env !== undefined && env === mount.env && id !== mount.id);
  return taken || clashes ? `two secrets cannot both be mounted as ${mount.env}` : undefined;
}

function isMounted(run: Instruction, mount: SecretMount): boolean {
  return run.flags.some((flag) => {
    if (flag.name !== 'mount') return false;
    const fields = mountFields(flag);
    if (fields.get('type') !== 'secret' || (fields.get('id') ?? fields.get('source')) !== mount.id) return false;
    const file = mount.target ?? (mount.env === undefined ? `/run/secrets/${mount.id}` : undefined);
    const sameFile = file === undefined || (fileOf(fields) === file && (fields.has('target') || !fields.has('env')));
    return fields.get('env') === mount.env && sameFile;
  });
}

/** Flags go right behind the keyword: what follows them, flags or text, stays as it is. */
function flagEdit(dockerfile: Dockerfile, run: Instruction, flags: readonly string[], breakLine: string): PlannedEdit {
  const at = run.keywordRange.end;
  if (breakLine === '') return { range: { start: at, end: at }, text: ` ${flags.join(' ')}` };
  const text = ` ${flags.join(` ${breakLine}`)}`;
  // Unless the keyword stands alone on its line, what is behind it moves to a line of its own.
  const blanks = /^[ \t]*/.exec(dockerfile.source.slice(at))![0].length;
  const first = (run.flags[0]?.range.start ?? run.textOffsets[0]) === at + blanks;
  return { range: { start: at, end: first ? at + blanks : at }, text: first ? `${text} ${breakLine}` : text };
}
