import type { RuleContext } from './context.ts';
import { escapeRegExp } from './text.ts';

/**
 * Whether the Dockerfile tells ssh to take the file for its key: `GIT_SSH_COMMAND="ssh -i /tmp/key"`, `IdentityFile /tmp/key`.
 *
 * Each later command that may start ssh reads it then, wherever it lies. Source: ssh(1), ssh_config(5), git(1).
 */
export function isSshIdentity(context: RuleContext, target: string): boolean {
  const known = cache.get(context) ?? new Map<string, boolean>();
  cache.set(context, known);
  const found = known.get(target) ?? tellsOf(context, target);
  known.set(target, found);
  return found;
}

const cache = new WeakMap<RuleContext, Map<string, boolean>>();

function tellsOf(context: RuleContext, target: string): boolean {
  const pattern = new RegExp(`(?:\\s-i|\\bIdentityFile)[ =]*\\\\?["']?${escapeRegExp(target)}(?![\\w./-])`);
  return context.dockerfile.instructions.some(
    ({ keyword, text, heredocs }) =>
      /^(?:ENV|RUN)$/.test(keyword) &&
      [text, ...heredocs.map(({ body }) => body)].some((one) => one.includes(target) && pattern.test(one)),
  );
}
