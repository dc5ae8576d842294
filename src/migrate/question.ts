import type { Finding } from '../finding.ts';
import { answerFile, answerSecret } from './answers.ts';
import { type Draft, inspect } from './inspect.ts';
import type { Project } from './project.ts';

/** The one question that decides a finding: who needs this secret, or this file, the build or the running program? */
export type Question = { kind: 'secret'; name: string } | { kind: 'file'; path: string };

/**
 * The question whose answer would settle a finding that needs a person; undefined when no answer would.
 *
 * Tried, and not read from the finding's words: the rules are asked again with an answer in place.
 */
export function questionOf(project: Project, draft: Draft, finding: Finding): Question | undefined {
  const { secret: name } = finding;
  const settles = (answers: Draft['answers']): boolean =>
    !inspect(project, { ...draft, answers }).some((other) => other.needsPerson && isSame(other, finding));
  if (name !== undefined && settles(answerSecret(draft.answers, name, { needed: 'runtime' }))) {
    return { kind: 'secret', name };
  }
  const file = project.sources.credentials.find(
    ({ path }) => !draft.answers.files.has(path) && settles(answerFile(draft.answers, path, 'runtime')),
  );
  return file && { kind: 'file', path: file.path };
}

/** Whether two runs of the rules over one text speak of the same thing. */
export function isSame(a: Finding, b: Finding): boolean {
  return keyOf(a) === keyOf(b);
}

/** Tells the findings of one text apart. A fix may change with an answer, so that it is no part of it. */
export function keyOf({ rule, secret, message, location }: Finding): string {
  const line = location.kind === 'dockerfile' ? location.line : 0;
  return JSON.stringify([rule, secret, line, message]);
}

/** Finds a finding again after edits, which move lines. */
export function keyAcrossEdits({ rule, secret, message }: Finding): string {
  return JSON.stringify([rule, secret, message.replace(/\d+/g, '')]);
}
