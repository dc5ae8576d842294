/** How to find the command that a wrapper runs. */
interface Wrapper {
  /** Options that take their value as the next word. */
  valued?: readonly string[];
  /** Words between the options and the command. */
  operands?: number;
}

/** Programs that run another program given as their arguments. Options: from their manual pages. */
const wrappers: Readonly<Record<string, Wrapper>> = {
  builtin: {},
  chroot: { operands: 1 },
  command: {},
  'cross-env': {},
  doas: { valued: ['-u', '-C'] },
  'dumb-init': {},
  env: { valued: ['-u', '--unset', '-C', '--chdir'] },
  exec: { valued: ['-a'] },
  fakeroot: {},
  gosu: { operands: 1 },
  ionice: { valued: ['-c', '-n'] },
  nice: { valued: ['-n'] },
  nohup: {},
  runuser: { valued: ['-u', '-g', '-G'] },
  setarch: { operands: 1 },
  stdbuf: { valued: ['-i', '-o', '-e'] },
  'su-exec': { operands: 1 },
  sudo: { valued: ['-u', '-g', '-h', '-p', '-C', '-D', '-R', '-r', '-t', '-T', '-U'] },
  time: {},
  timeout: { valued: ['-s', '-k'], operands: 1 },
  tini: {},
  xargs: { valued: ['-I', '-n', '-P', '-L', '-d', '-s', '-E', '-a'] },
};

/** Shells that read the text of `-c` as a POSIX shell does. */
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh']);

/** More wrappers around one command than anybody writes. */
export const maxWraps = 16;

/** The last segment of a program's path. */
export function programName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

/** Index in `words` of the command that `words[0]` runs; undefined when it is no wrapper or runs nothing. */
export function wrappedCommand(words: readonly string[]): number | undefined {
  const program = programName(words[0] ?? '');
  if (program === 'busybox') return words.length > 1 ? 1 : undefined;
  if (!Object.hasOwn(wrappers, program)) return undefined;
  const { valued = [], operands = 0 } = wrappers[program]!;
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') return inside(words, at + 1 + operands);
    if (valued.includes(word)) at++;
    else if (!word.startsWith('-') && !/^[A-Za-z_]\w*=/.test(word)) break;
  }
  return inside(words, at + operands);
}

function inside(words: readonly string[], index: number): number | undefined {
  return index < words.length ? index : undefined;
}

/** Index in `words` of a script that the program runs as shell text: `sh -ec "…"`, `su x -c "…"`, `eval "…"`, `trap "…" EXIT`. */
export function scriptArgument(words: readonly string[]): number | undefined {
  const program = programName(words[0] ?? '');
  if (program === 'eval' || program === 'trap') return inside(words, 1);
  if (!shells.has(program) && program !== 'su' && program !== 'runuser') return undefined;
  const option = words.findIndex((word, index) => index > 0 && (/^-[a-zA-Z]*c$/.test(word) || word === '--command'));
  if (option === -1) return undefined;
  // Options may stand between `-c` and the script: `bash -c -e "…"`, `bash -c -o pipefail "…"`.
  for (let at = option + 1; at < words.length; at++) {
    if (!/^[-+][a-zA-Z]/.test(words[at]!)) return at;
    if (/^[-+][a-zA-Z]*[oO]$/.test(words[at]!)) at++;
  }
  return undefined;
}

/** Whether the words start a shell with a script in them, by nothing in between: `sh -c "…"`. */
export function isShellCall(words: readonly string[]): boolean {
  return shells.has(programName(words[0] ?? '')) && scriptArgument(words) !== undefined;
}

/** Whether a command reads its script from standard input. */
export function readsScript(words: readonly string[]): boolean {
  const operands = words.slice(1).filter((word) => !word.startsWith('-'));
  return shells.has(programName(words[0] ?? '')) && operands.length === 0 && scriptArgument(words) === undefined;
}
