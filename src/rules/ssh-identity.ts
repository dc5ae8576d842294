import type { RuleContext } from './context.ts';

/**
 * Whether the Dockerfile tells ssh to take the file for its key: `GIT_SSH_COMMAND="ssh -i /tmp/key"`, `IdentityFile /tmp/key`.
 *
 * Each later command that may start ssh reads it then, wherever it lies. Source: ssh(1), ssh_config(5), git(1).
 */
export function isSshIdentity(context: RuleContext, target: string): boolean {
  const known = cache.get(context) ?? toldPaths(context);
  cache.set(context, known);
  return known.has(target);
}

const cache = new WeakMap<RuleContext, ReadonlySet<string>>();

/** Every path that stands where ssh is told its key. */
function toldPaths({ dockerfile }: RuleContext): ReadonlySet<string> {
  const told = /(?=(?:\s-i|\bIdentityFile)[ =]*\\?["']?([\w./-]+))/g;
  const texts = dockerfile.instructions.flatMap(({ keyword, text, heredocs }) =>
    /^(?:ENV|RUN)$/.test(keyword) ? [text, ...heredocs.map(({ body }) => body)] : [],
  );
  return new Set(texts.flatMap((text) => [...text.matchAll(told)].map((match) => match[1]!)));
}
