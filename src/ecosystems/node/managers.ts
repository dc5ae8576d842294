import { analyseRun, type ShellCommand, valueAt } from '../../dockerfile/index.ts';
import type { Edit } from '../../finding.ts';
import { type Cache, cacheEdits } from '../template/cache.ts';
import { isPlain } from '../template/plain.ts';
import type { SingleStage } from '../template/single-stage.ts';
import { argsOf } from '../template/steps.ts';

/** The package managers that a template knows; yarn is Yarn 1. */
export type Manager = 'npm' | 'yarn' | 'pnpm';

/** Where they keep packages when root runs them. Sources: npm help cache, `yarn cache dir`, `pnpm store path`. */
const caches: Readonly<Record<Manager, Cache>> = {
  npm: { target: '/root/.npm' },
  // two of Yarn 1 at once spoil what the other writes: its own answer is --mutex
  yarn: { target: '/usr/local/share/.cache/yarn', locked: true },
  pnpm: { target: '/root/.local/share/pnpm/store' },
};

/** The cache of a package manager, for the RUNs that call it. */
export function managerCaches(single: SingleStage, manager: Manager): Edit[] {
  const home = valueAt(single.dockerfile, single.stage.instructions.at(-1)!, 'PNPM_HOME');
  const moved = manager === 'pnpm' && home !== undefined && isPlain(home) && home.startsWith('/');
  return cacheEdits(
    single,
    [moved ? { target: `${home}/store` } : caches[manager]],
    (command) => command.program === manager && !/^(?:start|run|exec|config)$/.test(argsOf(command)[0] ?? ''),
  );
}

/**
 * The package managers that a command brings into the image: `npm install -g pnpm@9`, `corepack enable`.
 *
 * Undefined where it does anything else.
 */
export function managersOf(command: ShellCommand): string[] | undefined {
  const [sub = '', ...operands] = argsOf(command).filter((arg) => !arg.startsWith('-'));
  if (command.program === 'corepack') {
    if (sub === 'enable' && operands.length > 0) return operands.every(isManager) ? operands : undefined;
    return /^(?:enable|prepare|install)$/.test(sub) ? ['yarn', 'pnpm'] : undefined;
  }
  const global = argsOf(command).some((arg) => /^(?:-g|--global|--location=global)$/.test(arg));
  if (command.program !== 'npm' || !global || !/^(?:install|i|add)$/.test(sub) || operands.length === 0)
    return undefined;
  const names = operands.map((operand) => operand.replace(/@[\w.^~-]+$/, ''));
  return names.every(isManager) ? names : undefined;
}

/** The package managers that the steps bring: the runtime stage lacks them. The images have npm themselves. */
export function broughtManagers({ steps }: SingleStage): ReadonlySet<string> {
  const brought = steps.flatMap((step) => analyseRun(step).commands.flatMap((command) => managersOf(command) ?? []));
  return new Set(brought.filter((name) => name !== 'npm'));
}

function isManager(name: string): boolean {
  return /^(?:npm|yarn|pnpm|corepack)$/.test(name);
}
