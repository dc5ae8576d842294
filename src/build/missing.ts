import { SafebuildError } from '../errors.ts';
import { asVariableName, linesUsing } from '../secrets/index.ts';
import type { Sources } from './sources.ts';

/** The error for a secret that a step needs; `line` of the Dockerfile, by default the first that names it. */
export function missingSecret(name: string, sources: Sources, line?: number): SafebuildError {
  const { dockerfile, config, secrets } = sources;
  const at = line ?? (dockerfile && linesUsing([name], dockerfile.model).get(name)?.[0]);
  const where = at === undefined ? 'A step' : `Line ${at} of ${dockerfile?.file.shown ?? 'the Dockerfile'}`;
  const found = secrets.empty.find((empty) => empty.name === name || empty.name === asVariableName(name));
  if (found !== undefined) {
    return new SafebuildError(
      'SECRET_EMPTY',
      `${where} needs the secret ${name}, which is empty in ${found.origin.where}.`,
      {
        hint: `Give ${found.name} a value there, or hand it over with --secret id=${name} or --secret-from ${name}=REFERENCE.`,
      },
    );
  }
  const names = [...new Set([name, asVariableName(name)])];
  const files = [
    config.path === undefined ? 'safebuild.yaml (there is none)' : 'safebuild.yaml',
    ...config.envFiles.map(({ shown }) => shown),
  ];
  const tried = `--secret, --secret-from, and ${names.join(' or ')} in ${files.join(', ')}`;
  const known = names.find((one) => secrets.get(one)?.origin.source === 'environment');
  const hint =
    known === undefined
      ? `Give it a value in .env or a source in safebuild.yaml, or hand it over with --secret id=${name} or --secret-from.`
      : `A Dockerfile gets no variable of yours by naming it: hand it over with --secret id=${name},env=${known}.`;
  return new SafebuildError(
    'SECRET_MISSING',
    `${where} needs the secret ${name}, which has no value. Tried: ${tried}.`,
    { hint },
  );
}
