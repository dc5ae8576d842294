import type { Rule } from './context.ts';
import { keptByFile, keptByTool } from './kept.ts';
import { keptFinding, keptUses } from './kept-uses.ts';
import { persistedSecretPage } from './pages/persisted-secret.ts';

/** A RUN writes a secret into a file that stays. */
export const persistedSecret: Rule = {
  id: 'persisted-secret',
  title: 'A RUN writes a secret into a file that stays in the image',
  why: 'A secret mount keeps the value out of the Dockerfile, not out of the files that a step writes. What is still there when the RUN ends is in its layer for ever; a later RUN can only hide it.',
  explanation: persistedSecretPage,
  check(context) {
    const found = keptUses(context, (run, { name, range }) => {
      const what = `the value of ${name}`;
      return keptByTool(run, range, what) ? undefined : keptByFile(context, run, range, what);
    });
    return found.map(({ kept, all }) => keptFinding(context, persistedSecret.id, kept, all));
  },
};
