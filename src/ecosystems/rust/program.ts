import { analyseRun, type Instruction } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { isPlain } from '../template/plain.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import type { Start } from '../template/start.ts';
import { argsOf } from '../template/steps.ts';

/** Where Cargo puts the program, and where the runtime stage has it. */
export interface Program {
  path: string;
  to: string;
}

/** The program that is started, where a RUN of Cargo is seen to make it. */
export function findProgram(single: SingleStage, { instruction, words: [word = ''] }: Start): Program | Refusal {
  const { startFolder, settings } = single;
  const placed = settings.some(({ keyword }) => keyword === 'WORKDIR') ? startFolder : undefined;
  const paths = single.steps.flatMap((run) => outputs(single, run));
  const path = word.includes('/')
    ? word.startsWith('/') || placed !== undefined
      ? resolvePath(placed ?? '/', word)
      : undefined
    : `/usr/local/cargo/bin/${word}`;
  const made = path !== undefined && isPlain(path) && paths.includes(path.slice(0, path.lastIndexOf('/')));
  if (made) return { path, to: word.includes('/') ? path : `/usr/local/bin/${word}` };
  return refuse(
    'artifact',
    `Line ${instruction.line}: no RUN is seen to make ${word} by "cargo build --release" or "cargo install --path .".`,
    'Start the program as Cargo leaves it, such as CMD ["/app/target/release/server"].',
  );
}

/** The folders into which the RUN's cargo commands put programs. Source: `cargo build`, `cargo install`. */
function outputs(single: SingleStage, run: Instruction): string[] {
  const from = single.folderAt(run);
  const { commands } = analyseRun(run);
  if (from === undefined || commands.some(({ program }) => program === 'cd')) return [];
  return commands
    .filter(({ program }) => program === 'cargo')
    .flatMap((command) => {
      const [sub, ...args] = argsOf(command);
      if (args.some((arg) => /^--(?:manifest-path|target-dir|root|artifact-dir|profile)\b/.test(arg))) return [];
      if (sub === 'install') return args.includes('--path') ? ['/usr/local/cargo/bin'] : [];
      if (sub !== 'build' && sub !== 'b') return [];
      if (!args.some((arg) => arg === '--release' || arg === '-r')) return [];
      const at = args.findIndex((arg) => /^--target(?:=|$)/.test(arg));
      const target = at === -1 ? undefined : (/=(.*)/.exec(args[at]!)?.[1] ?? args[at + 1]);
      return [resolvePath(from, `target/${target === undefined ? '' : `${target}/`}release`)];
    });
}
