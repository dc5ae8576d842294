import { SafebuildError } from '../../errors.ts';
import type { Provider } from './provider.ts';

/** `env:NAME`: a variable of the invocation. One that is not set is missing; one that is set and empty is empty. */
export const environment: Provider = {
  name: 'the environment',
  check: (reference) => void variableIn(reference),
  open: ({ env }) => ({
    async fetch(reference) {
      const name = variableIn(reference);
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value !== undefined) return { value: Buffer.from(value) };
      throw new SafebuildError('SECRET_MISSING', `the environment variable ${name} is not set`, {
        hint: `Set ${name}.`,
      });
    },
    close: () => Promise.resolve(),
  }),
};

function variableIn(reference: string): string {
  const name = reference.slice('env:'.length);
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new SafebuildError('CONFIG_INVALID', 'what stands behind env: is no name of a variable', {
    hint: 'Write env:NAME, with letters, digits and _.',
  });
}
