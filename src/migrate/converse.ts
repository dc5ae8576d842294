import type { Finding, Fix, SecretMount } from '../finding.ts';
import { paintDiff } from '../report/diff.ts';
import { describeLocation } from '../report/index.ts';
import { answerFile, answerSecret } from './answers.ts';
import { askPipelines } from './ask-pipelines.ts';
import { askSources } from './ask-sources.ts';
import { askStages } from './ask-stages.ts';
import { draftDiff, maskedDockerfile } from './changes.ts';
import type { Conversation, Reply, Subject } from './conversation.ts';
import { askToEdit } from './edit.ts';
import { applyFixes, isMendable, type Mendable } from './fixes.ts';
import { agentFixOf, inspect } from './inspect.ts';
import { menu } from './menu.ts';
import { beginMigration, type Migration, mend, mountedFiles } from './migration.ts';
import type { Project } from './project.ts';
import { keyAcrossEdits, keyOf, questionOf, type Topic } from './question.ts';
import { quoteLines } from './text.ts';

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
    if (migration.mended.length === before) break;
  }
  const staged = await askStages(conversation, await askSources(conversation, migration));
  return askPipelines(conversation, staged);
}

async function oneRound(conversation: Conversation, start: Migration): Promise<Migration | undefined> {
  const { project } = conversation;
  let migration = start;
  const replies = new Map<string, 'apply' | 'skip'>();
  let settled = 0;
  for (;;) {
    const findings = inspect(project, migration.draft);
    const accepted = findings.filter(isMendable).filter((finding) => replies.get(keyOf(finding)) === 'apply');
    const pending = findings.filter((finding) => isAsked(migration, finding) && !replies.has(keyOf(finding)));
    const [next] = pending;
    if (next === undefined) return accepted.length === 0 ? migration : mend(project, migration, accepted);
    const done = settled + replies.size;
    const position = `${done + 1}/${done + pending.length}`;
    const reply = await askAbout(conversation, { migration, accepted, finding: next, position });
    if (reply === 'quit') return undefined;
    if (typeof reply === 'object') {
      if ('migration' in reply) {
        // What was accepted is in the edited text already, and lines have moved.
        migration = reply.migration;
        settled = done + 1;
        replies.clear();
      } else migration = { ...migration, draft: reply.draft };
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
  const agent = conversation.sshAgent ? agentFixOf(project, migration.draft, finding) : undefined;
  const isEditable = finding.fix.changes.length > 0 && diff !== '';
  for (;;) {
    const reply = await menu(conversation, subject, finding.fix.title, applyChoices({ isEditable, file, agent }));
    switch (reply) {
      case 'edit': {
        const edited = await askToEdit(conversation, subject, finding);
        if (edited !== undefined) return { migration: edited };
        break;
      }
      case 'agent':
        return { migration: mend(project, migration, [...accepted, { ...finding, fix: agent! }]) };
      case 'never':
        return { draft: { ...migration.draft, answers: answerFile(migration.draft.answers, file!, 'never') } };
      default:
        return reply;
    }
  }
}

interface Offered {
  isEditable: boolean;
  /** A file that is mounted, and of which nobody has said who needs it. */
  file: string | undefined;
  /** What does without the ssh key. */
  agent: Fix | undefined;
}

function applyChoices({ isEditable, file, agent }: Offered) {
  const choices: { value: 'apply' | 'agent' | 'edit' | 'never'; name: string }[] = [{ value: 'apply', name: 'Apply' }];
  if (agent !== undefined)
    choices.push({ value: 'agent', name: 'No key at all: ask the ssh agent (each build needs --ssh default)' });
  if (isEditable) choices.push({ value: 'edit', name: 'Edit it first' });
  if (file !== undefined) choices.push({ value: 'never', name: `Apply, and mount ${file} on no step: none needs it` });
  return choices;
}

function mountsOf({ fix }: Mendable): SecretMount[] {
  return fix.changes.flatMap((change) => (change.kind === 'mount' ? [change.mount] : []));
}

function isAnswered({ sources }: Project, { draft }: Migration, path: string): boolean {
  return sources.config.files.has(path) || draft.answers.files.has(path);
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

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
