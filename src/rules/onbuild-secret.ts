import type { Instruction } from '../dockerfile/index.ts';
import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { onbuildSecretPage } from './pages/onbuild-secret.ts';
import { at } from './place.ts';

/** ONBUILD makes the builds on top of this image leak. */
export const onbuildSecret: Rule = {
  id: 'onbuild-secret',
  title: 'ONBUILD hands a secret to the builds on top of this image',
  why: 'An ONBUILD instruction runs in every build that starts FROM this image. When it declares a secret as ARG or ENV, or copies a file with credentials, each of those images leaks. Changing it changes what the builds on top must be given, so safebuild only tells.',
  explanation: onbuildSecretPage,
  check(context) {
    return context.dockerfile.instructions.flatMap(({ onbuild }, index) => {
      const found = onbuild && secretIn(context, onbuild);
      return found ? [finding(context, index, found)] : [];
    });
  },
};

function secretIn(context: RuleContext, { keyword, pairs, text }: Instruction): string | undefined {
  if (keyword === 'ARG' || keyword === 'ENV') return pairs?.find(({ name }) => context.secrets.has(name))?.name;
  if (keyword !== 'COPY' && keyword !== 'ADD') return undefined;
  return text.split(/\s+/).find((word) => context.files.credential(word)?.placeholdersOnly === false);
}

function finding(context: RuleContext, index: number, name: string): Finding {
  return {
    rule: onbuildSecret.id,
    level: 'warning',
    ...(context.secrets.has(name) && { secret: name }),
    message: `ONBUILD makes every build on top of this image hand over ${name}.`,
    remedy: 'Use ONBUILD RUN --mount=type=secret in its place, and tell those who build on this image.',
    location: at(context, index),
  };
}
