import type { SecretMount } from '../../finding.ts';
import type { Dockerfile, Instruction } from '../model.ts';
import { shellAt } from '../scope.ts';
import { runCommand } from '../shell/run.ts';
import type { Layout } from './layout.ts';

/** A variable and the file that holds its value. */
export interface FileVariable {
  name: string;
  file: string;
}

/** Text to insert at a place of the source, or why there is none. */
export type Insertion = { at: number; text: string } | { problem: string } | undefined;

const posixShells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'busybox']);

/**
 * Sets variables from mounted files in front of what a RUN does, for frontends without `env=`.
 *
 * The step fails when a file cannot be read, also where the shell goes on after an error: `export X="$(cat f)"` would not
 * fail. What follows keeps its meaning, be it a list, a pipe or a comment.
 */
export function setVariables(
  dockerfile: Dockerfile,
  instruction: Instruction,
  variables: readonly FileVariable[],
  layout: Layout,
): Insertion {
  const run = instruction.onbuild ?? instruction;
  const command = runCommand(run);
  if (command === undefined || variables.length === 0) return undefined;
  if (!variables.every(({ name }) => /^[A-Za-z_]\w*$/.test(name))) {
    return { problem: 'a name that no shell variable can have needs a frontend with env= mounts' };
  }
  if (command.form === 'exec') return execForm(run, variables);
  const shebang = command.form === 'script' ? command.shebang : undefined;
  if (
    shebang !== undefined &&
    !/^#!\s*(?:\S*\/)?(?:env\s+(?:-S\s+)?)?(?:sh|bash|dash|ash|ksh|zsh)(?:\s|$)/.test(shebang)
  ) {
    return { problem: 'the heredoc is no shell script: read the mounted secret files in it' };
  }
  if (shebang === undefined && !isPosix(shellAt(dockerfile, instruction))) {
    return { problem: 'the SHELL of this RUN is none that can read the mounted secret files' };
  }
  const statement = settingOf(variables);
  if (command.script.text.includes(statement)) return undefined;
  if (command.form === 'shell') return { at: run.textOffsets[0]!, text: `${statement}; ${layout.breakLine}` };
  return inBody(run, statement, layout);
}

/** The shell text that reads the files into their variables, or ends the step. */
export function settingOf(variables: readonly FileVariable[]): string {
  return `${assignments(variables)} || exit 1`;
}

function inBody({ heredocs }: Instruction, statement: string, layout: Layout): Insertion {
  const { body, bodyRange } = heredocs[0]!;
  const shebangEnd = body.startsWith('#!') ? body.indexOf('\n') + 1 : 0;
  // A script that is nothing but its first line needs no variables.
  if (shebangEnd === body.length) return undefined;
  return {
    at: bodyRange.start + shebangEnd,
    text: layout.breakLine === '' ? `${statement}; ` : `${statement}${layout.newline}`,
  };
}

function execForm({ text, textOffsets, json }: Instruction, variables: readonly FileVariable[]): Insertion {
  if (json === undefined || json.length === 0) return undefined;
  const script = `${assignments(variables)} && exec "$@"`;
  if (json.includes(script)) return undefined;
  const words = ['/bin/sh', '-c', script, 'sh'].map((word) => JSON.stringify(word));
  return { at: textOffsets[text.indexOf('[')]! + 1, text: `${words.join(', ')}, ` };
}

function assignments(variables: readonly FileVariable[]): string {
  const values = variables.map(({ name, file }) => `${name}="$(cat ${shellQuoted(file)})"`);
  return `${values.join(' && ')} && export ${variables.map(({ name }) => name).join(' ')}`;
}

function shellQuoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** `["conda", "run", "/bin/bash", "-c"]` ends in a shell, too. */
function isPosix(shell: readonly string[]): boolean {
  return shell.some((word) => posixShells.has(word.slice(word.lastIndexOf('/') + 1)));
}

/** Where an old frontend puts the file of a secret, when the mount does not say: never a path that needs quoting. */
export function fileMount(mount: SecretMount): SecretMount & { file: string } {
  const { env: _env, ...rest } = mount;
  const plainId = /^[\w.-]+$/.test(mount.id);
  const file = mount.target ?? `/run/secrets/${plainId ? mount.id : mount.id.replace(/[^\w.-]/g, '_')}`;
  return {
    ...rest,
    ...(mount.target === undefined && !plainId ? { target: file } : {}),
    // The step may run as any user: BuildKit's own default is root's alone.
    mode: mount.mode ?? 0o444,
    file,
  };
}
