import type { Finding } from '../finding.ts';
import { cloneFix } from './clone-fix.ts';
import type { Rule, RuleContext } from './context.ts';
import { keptByTool, loginAt, whatOf } from './kept.ts';
import { type KeptUse, keptFinding, keptUses } from './kept-uses.ts';
import { gitUrlSecretPage } from './pages/git-url-secret.ts';

/** An address with a credential is remembered by the tool that fetches from it. */
export const gitUrlSecret: Rule = {
  id: 'git-url-secret',
  title: 'An address with a credential in it is remembered',
  why: 'git clone writes the address that it is given into .git/config, with the token in it, and npm and poetry write it into their project files. Whoever has the image reads it there.',
  explanation: gitUrlSecretPage,
  check(context) {
    const found = keptUses(context, (run, { name, range }) =>
      loginAt(run, range)?.known.inAddress ? keptByTool(run, range, whatOf(name)) : undefined,
    );
    return found.map(({ kept, all }) => finding(context, kept, all));
  },
};

function finding(context: RuleContext, kept: KeptUse, all: readonly KeptUse[]): Finding {
  const asked = keptFinding(context, gitUrlSecret.id, kept, all);
  if (!asked.needsPerson) return asked;
  const own = all.filter(({ held }) => held === kept.held);
  const fixes = own.map(({ run, use }) => cloneFix(context, run, use));
  const changes = fixes.flatMap((fix) => fix ?? []);
  if (changes.length < own.length) return asked;
  const { needsPerson: _, ...base } = asked;
  return {
    ...base,
    remedy: 'Set the address of the clone to the one without the credential, in the same step.',
    fix: { title: 'Take the credential out of the address of the clone.', changes },
  };
}
