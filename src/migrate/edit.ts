import { diffArrays } from 'diff';
import { SafebuildError } from '../errors.ts';
import { maskedDockerfile } from './changes.ts';
import type { Conversation, Subject } from './conversation.ts';
import { applyFixes, type Mendable } from './fixes.ts';
import { inspect } from './inspect.ts';
import { type Migration, mend } from './migration.ts';
import { keyAcrossEdits } from './question.ts';

/**
 * Lets a person change the text that a fix proposes; undefined where they leave it as it is after all.
 *
 * What they wrote is read again and asked again: where it is no Dockerfile it is not taken, and where the rule still finds
 * something they are told, and decide.
 */
export async function askToEdit(
  conversation: Conversation,
  { migration, accepted }: Subject,
  finding: Mendable,
): Promise<Migration | undefined> {
  const { project, asker } = conversation;
  const mended = mend(project, migration, [...accepted, finding]);
  const before = applyFixes(project, migration.draft, accepted).draft.dockerfile;
  let text = mended.draft.dockerfile;
  for (;;) {
    const written = (await asker.edit(text, 'Dockerfile')) ?? (await changeLines(conversation, before, text));
    if (written === mended.draft.dockerfile) return undefined;
    const result: Migration = { ...mended, draft: { ...mended.draft, dockerfile: written } };
    const problems = problemsOf(conversation, result, finding);
    if (problems.said.length === 0) return result;
    const said = problems.said.map((line) => `  ${line}\n`).join('');
    await asker.print(project.redactor.redactText(`\n${said}`));
    const reply = await asker.choose('What now?', [
      { value: 'again', name: 'Edit it again' },
      ...(problems.invalid ? [] : [{ value: 'keep' as const, name: 'Keep it all the same' }]),
      { value: 'back', name: 'Back to what was proposed' },
    ]);
    if (reply === 'back') return undefined;
    if (reply === 'keep') return { ...result, declined: new Set([...result.declined, ...problems.keys]) };
    text = written;
  }
}

interface Problems {
  /** One sentence each. */
  said: readonly string[];
  /** True when it is no Dockerfile. */
  invalid: boolean;
  /** Findings that are left, by `keyAcrossEdits`. */
  keys: readonly string[];
}

function problemsOf({ project }: Conversation, { draft }: Migration, { rule, secret }: Mendable): Problems {
  try {
    const left = inspect(project, draft).filter((found) => found.rule === rule && found.secret === secret);
    const said = left.map(({ message }) => `${rule} still finds it: ${message}`);
    return { said, invalid: false, keys: left.map(keyAcrossEdits) };
  } catch (error) {
    if (!(error instanceof SafebuildError) || error.code !== 'DOCKERFILE_INVALID') throw error;
    return { said: [error.message], invalid: true, keys: [] };
  }
}

/** Without an editor: each line that the fix changed, one by one. A line that holds a value is not shown, and stays. */
async function changeLines({ project, asker }: Conversation, before: string, text: string): Promise<string> {
  const shown = maskedDockerfile(project, text).split('\n');
  const lines: string[] = [];
  for (const { added, removed, value } of diffArrays(before.split('\n'), text.split('\n'))) {
    if (removed) continue;
    for (const line of value) {
      const number = lines.length + 1;
      const asks = added && line.trim() !== '' && shown[lines.length] === line;
      lines.push(asks ? await asker.change(`Line ${number}:`, line) : line);
    }
  }
  const was = text.split('\n');
  // An emptied line goes: inside a continuation BuildKit warns of an empty one.
  return lines.filter((line, index) => line.trim() !== '' || was[index]?.trim() === '').join('\n');
}
