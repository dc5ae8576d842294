import { analyseRun, valueAt } from '../../dockerfile/index.ts';
import { resolvePath } from '../path.ts';
import { isPlain } from '../template/plain.ts';
import type { SingleStage } from '../template/single-stage.ts';
import type { Call } from './calls.ts';

/** The virtual environments that RUNs make; undefined for a path that the text does not tell. */
export function environments(single: SingleStage): (string | undefined)[] {
  return single.steps.flatMap((run) =>
    analyseRun(run).commands.flatMap(({ program, words }) => {
      const args = words.slice(1).map(({ value }) => value);
      const at = args.indexOf('-m');
      const venv =
        /^(?:virtualenv|uv)$/.test(program) ||
        (/^python/.test(program) && /^(?:venv|virtualenv)$/.test(args[at + 1] ?? ''));
      const operands = (program === 'virtualenv' ? args : args.slice(at === -1 ? 1 : at + 2)).filter(
        (arg) => !arg.startsWith('-'),
      );
      if (!venv || (program === 'uv' && args[0] !== 'venv')) return [];
      const from = single.folderAt(run);
      const path = operands[0];
      if (path === undefined || from === undefined || !isPlain(path) || args.includes('--system-site-packages'))
        return [undefined];
      return [resolvePath(from, path)];
    }),
  );
}

/** Whether a call uses the programs of the environment: by their path, or since the search path begins with them. */
export function runsIn({ dockerfile, stage }: SingleStage, { path, run }: Call, environment: string): boolean {
  if (path.startsWith(`${environment}/bin/`)) return true;
  if (path.includes('/')) return false;
  const [last] = stage.instructions
    .filter(({ keyword, range }) => keyword === 'ENV' && range.start < run.range.start)
    .flatMap(({ pairs = [] }) => pairs.filter(({ name }) => name === 'PATH'))
    .slice(-1);
  const first = /^([^:]*)\/bin:/.exec(last?.value ?? '')?.[1];
  const variable = /^\$\{?(\w+)\}?$/.exec(first ?? '')?.[1];
  return (variable === undefined ? first : valueAt(dockerfile, run, variable)) === environment;
}
