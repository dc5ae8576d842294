import { masked } from '../build/masked.ts';
import type { Finding, SecretMount } from '../finding.ts';
import { paintDiff, unifiedDiff } from '../report/diff.ts';
import { describeLocation, type Paint } from '../report/index.ts';
import { rules } from '../rules/index.ts';
import { answerFile, answerSecret } from './answers.ts';
import type { Asker } from './asker.ts';
import { maskedDockerfile } from './changes.ts';
import { applyFixes, isMendable, type Mendable } from './fixes.ts';
import { type Draft, inspect } from './inspect.ts';
import { beginMigration, type Migration, mend, mountedFiles } from './migration.ts';
import type { Project } from './project.ts';
import { declarableOf, keyAcrossEdits, keyOf, questionOf, type Topic } from './question.ts';
import { splitOf, withSplit } from './split.ts';
import { quoteLines } from './text.ts';

/** What a conversation needs besides the project. */
export interface Conversation {
  project: Project;
  asker: Asker;
  paint: Paint;
  /** Whether a split into build and runtime stage is offered also where nothing else was mended; absent: only there. */
  offersSplit?: boolean;
}

/** What a person said about one finding. */
type Reply = 'apply' | 'skip' | 'quit' | { draft: Draft };

/**
 * Goes through the findings with a person, one at a time; undefined when the person quits. Writes nothing.
 *
 * An answer (who needs the secret, or that it is none) changes what is found, so that the rules are asked again after it.
 */
export async function converse(conversation: Conversation): Promise<Migration | undefined> {
  let migration: Migration | undefined = beginMigration(conversation.project);
  for (;;) {
    const before: number = migration.mended.length;
    migration = await oneRound(conversation, migration);
    if (migration === undefined) return undefined;
    // What was mended may have uncovered more.
    if (migration.mended.length === before) return offerSplit(conversation, migration);
  }
}

async function oneRound(conversation: Conversation, start: Migration): Promise<Migration | undefined> {
  const { project } = conversation;
  let migration = start;
  const replies = new Map<string, 'apply' | 'skip'>();
  for (;;) {
    const findings = inspect(project, migration.draft);
    const accepted = findings.filter(isMendable).filter((finding) => replies.get(keyOf(finding)) === 'apply');
    const pending = findings.filter((finding) => isAsked(migration, finding) && !replies.has(keyOf(finding)));
    const [next] = pending;
    if (next === undefined) return accepted.length === 0 ? migration : mend(project, migration, accepted);
    const position = `${replies.size + 1}/${replies.size + pending.length}`;
    const reply = await askAbout(conversation, { migration, accepted, finding: next, position });
    if (reply === 'quit') return undefined;
    if (typeof reply === 'object') {
      migration = { ...migration, draft: reply.draft };
      continue;
    }
    replies.set(keyOf(next), reply);
    if (reply === 'skip') {
      migration = { ...migration, declined: new Set([...migration.declined, keyAcrossEdits(next)]) };
    }
  }
}

/** Notes and warnings without a fix are told at the end. */
function isAsked({ declined }: Migration, finding: Finding): boolean {
  return (finding.needsPerson || isMendable(finding)) && !declined.has(keyAcrossEdits(finding));
}

interface Subject {
  migration: Migration;
  accepted: readonly Mendable[];
  finding: Finding;
  position: string;
}

async function askAbout(conversation: Conversation, subject: Subject): Promise<Reply> {
  const { project, asker, paint } = conversation;
  const { migration, finding, position } = subject;
  const title = `${position}  ${describeLocation(finding.location)}  ${finding.rule}`;
  const code = quoteLines(maskedDockerfile(project, migration.draft.dockerfile), finding);
  await asker.print(project.redactor.redactText(`\n${paint.bold(title)}\n${code}\n  ${finding.message}\n`));
  if (isMendable(finding)) return askToApply(conversation, subject, finding);
  const question = questionOf(project, migration.draft, finding);
  if (question) return askWhoNeeds(conversation, subject, question);
  await asker.print(`${indented(finding.remedy ?? '')}\n`);
  return menu(conversation, subject, 'No edit can mend this without you.', []);
}

async function askToApply(conversation: Conversation, subject: Subject, finding: Mendable): Promise<Reply> {
  const { project, asker, paint } = conversation;
  const { migration, accepted } = subject;
  const before = applyFixes(project, migration.draft, accepted).draft;
  const after = applyFixes(project, migration.draft, [...accepted, finding]).draft;
  const diff = draftDiff(project, before, after);
  await asker.print(`\n${diff === '' ? '  An edit that you chose before does this too.\n' : paintDiff(diff, paint)}\n`);
  const file = mountedFiles(mountsOf(finding)).find((path) => !isAnswered(project, migration, path));
  const reply = await menu(conversation, subject, finding.fix.title, [
    { value: 'apply', name: 'Apply' },
    ...(file === undefined
      ? []
      : [{ value: 'never' as const, name: `Apply, and mount ${file} on no step: none needs it` }]),
  ]);
  if (reply !== 'never' || file === undefined) return reply === 'never' ? 'apply' : reply;
  return { draft: { ...migration.draft, answers: answerFile(migration.draft.answers, file, 'never') } };
}

function mountsOf({ fix }: Mendable): SecretMount[] {
  return fix.changes.flatMap((change) => (change.kind === 'mount' ? [change.mount] : []));
}

function isAnswered({ sources }: Project, { draft }: Migration, path: string): boolean {
  return sources.config.files.has(path) || draft.answers.files.has(path);
}

function draftDiff(project: Project, before: Draft, after: Draft): string {
  const ignore = (draft: Draft): string => project.redactor.redactText(draft.ignore ?? '');
  return [
    unifiedDiff({
      path: 'Dockerfile',
      before: maskedDockerfile(project, before.dockerfile),
      after: maskedDockerfile(project, after.dockerfile),
    }),
    unifiedDiff({ path: '.dockerignore', before: ignore(before), after: ignore(after) }),
  ].join('');
}

async function askWhoNeeds(conversation: Conversation, subject: Subject, question: Topic): Promise<Reply> {
  const what = question.kind === 'secret' ? question.name : question.path;
  await conversation.asker.print('\n');
  const { draft } = subject.migration;
  const answered = (needed: 'build' | 'runtime' | 'never'): Reply => ({
    draft: {
      ...draft,
      answers:
        question.kind === 'file'
          ? answerFile(draft.answers, question.path, needed)
          : answerSecret(draft.answers, question.name, { needed: needed === 'build' ? 'build' : 'runtime' }),
    },
  });
  const reply = await menu(conversation, subject, `Who needs ${what}?`, [
    { value: 'build', name: 'Only the build' },
    { value: 'runtime', name: 'The running program: it gets it when the container starts' },
    ...(question.kind === 'file' ? [{ value: 'never' as const, name: 'Nobody' }] : []),
  ]);
  return reply === 'build' || reply === 'runtime' || reply === 'never' ? answered(reply) : reply;
}

type Common = 'skip' | 'no-secret' | 'explain' | 'quit';

/** Asks until there is a reply: an explanation is none. */
async function menu<T extends string>(
  { asker, project }: Conversation,
  { finding, migration }: Subject,
  message: string,
  first: readonly { value: T; name: string }[],
): Promise<T | 'skip' | 'quit' | { draft: Draft }> {
  const topic = declarableOf(project, migration.draft, finding);
  const choices: { value: T | Common; name: string }[] = [
    ...first,
    { value: 'skip', name: 'Skip' },
    ...(topic === undefined ? [] : [{ value: 'no-secret' as const, name: declaration(topic) }]),
    { value: 'explain', name: 'Explain' },
    { value: 'quit', name: 'Quit, and write nothing' },
  ];
  for (;;) {
    const chosen = await asker.choose(masked(message, project.redactor), masked(choices, project.redactor));
    if (chosen === 'explain') await asker.print(`\n${explanationOf(finding)}\n`);
    else if (chosen === 'no-secret' && topic) return { draft: await declared(asker, migration.draft, topic) };
    else return chosen as T | 'skip' | 'quit';
  }
}

function declaration(topic: Topic): string {
  return topic.kind === 'file'
    ? `${topic.path} is no secret: it may stay in the image`
    : `${topic.name} is no secret: say why`;
}

async function declared(asker: Asker, draft: Draft, topic: Topic): Promise<Draft> {
  if (topic.kind === 'file') return { ...draft, answers: answerFile(draft.answers, topic.path, 'image') };
  const reason = await asker.ask(`Why is ${topic.name} no secret? (goes into safebuild.yaml)`);
  return { ...draft, answers: answerSecret(draft.answers, topic.name, { kind: 'setting', reason }) };
}

function explanationOf({ rule, remedy }: Finding): string {
  const known = rules.find(({ id }) => id === rule);
  return known === undefined ? (remedy ?? '') : known.explanation;
}

async function offerSplit(conversation: Conversation, migration: Migration): Promise<Migration> {
  const { project, asker, paint } = conversation;
  // Who said no once is not asked again at every run.
  if (!(conversation.offersSplit ?? migration.mended.length > 0)) return migration;
  const split = splitOf(project, migration);
  if (!('text' in split)) return migration;
  const after = { ...migration.draft, dockerfile: split.text };
  await asker.print(
    `\n${paint.bold('Build and runtime stage')}\n\n${paintDiff(draftDiff(project, migration.draft, after), paint)}\n`,
  );
  const reply = await asker.choose('Split the Dockerfile into a build and a runtime stage?', [
    { value: 'no', name: 'No' },
    { value: 'yes', name: 'Yes: the image then holds only what the program needs to run' },
  ]);
  return reply === 'yes' ? withSplit(migration, split) : migration;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
