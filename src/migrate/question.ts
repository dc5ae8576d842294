import type { Finding } from '../finding.ts';
import { type Answers, answerFile, answerSecret, type FileAnswer, type SecretAnswer } from './answers.ts';
import { type Draft, inspect } from './inspect.ts';
import type { Project } from './project.ts';

/** What a finding is about: a secret by its name, or a file of the context. */
export type Topic = { kind: 'secret'; name: string } | { kind: 'file'; path: string };

/**
 * What a person must be asked about, "who needs it?", to settle a finding that needs one; undefined when no answer would.
 *
 * Tried, and not read from the finding's words: the rules are asked again with an answer in place.
 */
export function questionOf(project: Project, draft: Draft, finding: Finding): Topic | undefined {
  const isOpen = (findings: readonly Finding[]): boolean =>
    findings.some((other) => other.needsPerson && isSame(other, finding));
  return topicOf(project, draft, finding, { needed: 'runtime' }, 'runtime', (findings) => !isOpen(findings));
}

/** What the finding is about, if there would be no finding were it no secret; tried as in `questionOf`. */
export function declarableOf(project: Project, draft: Draft, finding: Finding): Topic | undefined {
  const isGone = (findings: readonly Finding[]): boolean => !findings.some((other) => isSame(other, finding));
  return topicOf(project, draft, finding, { kind: 'setting', reason: 'tried' }, 'image', isGone);
}

function topicOf(
  project: Project,
  draft: Draft,
  { secret: name }: Finding,
  secretAnswer: SecretAnswer,
  fileAnswer: FileAnswer,
  settled: (findings: readonly Finding[]) => boolean,
): Topic | undefined {
  const { answers } = draft;
  const settles = (tried: Answers): boolean => settled(inspect(project, { ...draft, answers: tried }));
  if (name !== undefined && settles(answerSecret(answers, name, secretAnswer))) return { kind: 'secret', name };
  const file = project.sources.credentials.find(
    ({ path }) => !answers.files.has(path) && settles(answerFile(answers, path, fileAnswer)),
  );
  return file && { kind: 'file', path: file.path };
}

/** Whether two runs of the rules over one text speak of the same thing. */
function isSame(a: Finding, b: Finding): boolean {
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
