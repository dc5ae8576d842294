import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const program = fileURLToPath(new URL('../../bin/safebuild.js', import.meta.url));

/** Waits until the terminal shows `seen` behind what was waited for before, and then types `keys`. */
export interface Turn {
  seen: string;
  keys: string;
}

/** Keys as a terminal sends them. */
export const key = { enter: '\r', down: '\u001b[B', ctrlC: '\u0003' } as const;

/** What a person saw, without colours and cursor moves, and how the program ended. */
export interface Session {
  exitCode: number;
  screen: string;
}

/**
 * Runs the built safebuild on a pseudo terminal of 100 × 40, through util-linux's `script`, and answers what it asks.
 *
 * Throws when the program ends before its last question.
 */
export async function inTerminal(
  args: readonly string[],
  turns: readonly Turn[],
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): Promise<Session> {
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  // The terminal that `script` makes has no size, as its own input is none.
  const child = execa(
    'script',
    ['--quiet', '--return', '--command', `stty cols 100 rows 40; exec ${words}`, '/dev/null'],
    {
      cwd,
      env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', ...env },
      extendEnv: false,
      reject: false,
      stdin: 'pipe',
      stdout: 'pipe',
      timeout: 60_000,
    },
  );
  const left = [...turns];
  let screen = '';
  let from = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += plain(chunk.toString());
    for (let turn = left[0]; turn !== undefined; turn = left[0]) {
      const at = screen.indexOf(turn.seen, from);
      if (at === -1) break;
      from = at + turn.seen.length;
      child.stdin.write(turn.keys);
      left.shift();
    }
  });
  const { exitCode } = await child;
  if (left.length > 0) throw new Error(`"${left[0]?.seen}" was never shown:\n${screen}`);
  return { exitCode: exitCode ?? -1, screen };
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told begins with one
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r\n', '\n');
}
