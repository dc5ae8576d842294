import { words } from '../dockerfile/index.ts';
import type { Change, Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { fileAtRuntime, fileQuestion } from './file-decision.ts';
import { lostFolder } from './lost-folder.ts';
import { harmless, isMovable, type Move, moveChanges, movesOf } from './moves.ts';
import { copySecretFilePage } from './pages/copy-secret-file.ts';
import { at, instructionAt, linesOf } from './place.ts';

/** COPY or ADD names a file with credentials. */
export const copySecretFile: Rule = {
  id: 'copy-secret-file',
  title: 'A file with credentials is copied into the image',
  why: 'What COPY writes stays in its layer for ever: a later rm only hides the file, and everyone who can pull the image can read the layer. A secret mount shows the file to the steps that need it, at the same place, and leaves nothing behind.',
  explanation: copySecretFilePage,
  check(context) {
    return movesOf(context)
      .filter(({ landing }) => landing.named)
      .map((move) => finding(context, move));
  },
};

function finding(context: RuleContext, move: Move): Finding {
  const { landing, decision, obstacle, readers } = move;
  const [secret] = landing.credential.secretNames;
  const base = {
    rule: copySecretFile.id,
    level: 'error' as const,
    ...(secret !== undefined && { secret }),
    message: `${instructionAt(context, landing.instruction).keyword} ${landing.path} writes credentials into a layer of the image.`,
    location: at(context, landing.instruction),
  };
  if (move.decision === 'harmless') return harmless(base, move);
  if (obstacle) return { ...base, ...obstacle, needsPerson: true };
  if (decision === 'open') return { ...base, remedy: fileQuestion(landing.path), needsPerson: true };
  const mount =
    readers.length > 0
      ? `Mount it on ${linesOf(context, readers)} instead.`
      : 'Remove it: no RUN was found that uses it.';
  const runtime = decision === 'runtime' ? ` ${fileAtRuntime(landing.path, landing.target)}` : '';
  const title =
    readers.length > 0
      ? `Mount ${landing.path} on the RUNs that use it instead of copying it.`
      : `Do not copy ${landing.path}.`;
  const changes = [...withoutSources(context, move), ...moveChanges(context, move)];
  return { ...base, remedy: `${mount}${runtime}`, fix: { title, changes } };
}

/** Removes the sources of one COPY that only name movable files; the whole COPY when no source is left. */
function withoutSources(context: RuleContext, { landing }: Move): Change[] {
  const instruction = instructionAt(context, landing.instruction);
  const all = words(instruction, context.dockerfile.escape);
  const here = movesOf(context).filter((other) => other.landing.instruction === landing.instruction);
  const stays = here.filter((other) => !isMovable(other)).map(sourceStart);
  const starts = here.map(sourceStart).filter((start) => !stays.includes(start));
  const gone = all.slice(0, -1).filter(({ range }) => starts.includes(range.start));
  if (gone.length === all.length - 1 && instruction.heredocs.length === 0) {
    const folder = lostFolder(context, here);
    if (folder === undefined) return [{ kind: 'remove-instruction', instruction: landing.instruction }];
    return [{ kind: 'replace', range: instruction.range, text: `RUN mkdir -p -m 0700 ${folder}` }];
  }
  return gone.map((word) => {
    const next = all[all.indexOf(word) + 1]!;
    return { kind: 'replace', range: { start: word.range.start, end: next.range.start }, text: '' };
  });
}

function sourceStart({ landing }: Move): number {
  return landing.source.range.start;
}
