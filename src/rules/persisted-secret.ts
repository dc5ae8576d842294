import type { Finding } from '../finding.ts';
import type { Rule } from './context.ts';
import { keptDump, unnamedUses } from './environment-dump.ts';
import { keptByFile, keptByTool, whatOf } from './kept.ts';
import { keptFinding, keptUses } from './kept-uses.ts';
import { persistedSecretPage } from './pages/persisted-secret.ts';
import { unreadCode } from './unread-code.ts';

/** A RUN writes a secret into a file that stays. */
export const persistedSecret: Rule = {
  id: 'persisted-secret',
  title: 'A RUN writes a secret into a file that stays in the image',
  why: 'A secret mount keeps the value out of the Dockerfile, not out of the files that a step writes. What is still there when the RUN ends is in its layer for ever; a later RUN can only hide it.',
  explanation: persistedSecretPage,
  check(context) {
    const found = keptUses(
      context,
      (run, use) => {
        const dumped = keptDump(context, run, use);
        if (dumped) return dumped;
        const what = whatOf(use.name);
        return keptByTool(run, use.range, what) ? undefined : keptByFile(context, run, use.range, what);
      },
      (run, variable) => unnamedUses(context, run, variable),
    );
    const kept = found.map((one) => keptFinding(context, persistedSecret.id, one.kept, one.all));
    const told = new Set(kept.map(key));
    return [...kept, ...unreadCode(context, persistedSecret.id).filter((one) => !told.has(key(one)))];
  },
};

/** One finding a secret and RUN. */
function key({ secret, location }: Finding): string {
  return `${location.kind === 'dockerfile' ? location.line : ''} ${secret}`;
}
