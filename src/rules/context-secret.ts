import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { fileAtRuntime } from './file-decision.ts';
import { harmless, type Move, moveChanges, movesOf } from './moves.ts';
import { contextSecretPage } from './pages/context-secret.ts';
import { at, instructionAt, linesOf } from './place.ts';

/** COPY of a folder drags files with credentials along. */
export const contextSecret: Rule = {
  id: 'context-secret',
  title: 'COPY of a folder takes files with credentials along',
  why: 'COPY . . copies everything that the ignore file does not name, also .env, .npmrc and keys that lie in the folder by chance. They stay in the layer for ever, and everyone who can pull the image can read them.',
  explanation: contextSecretPage,
  check(context) {
    return movesOf(context)
      .filter(({ landing }) => !landing.named)
      .map((move) => finding(context, move));
  },
};

function finding(context: RuleContext, move: Move): Finding {
  const { landing, obstacle, readers, use } = move;
  const { path, credential } = landing;
  const [secret] = credential.secretNames;
  const base = {
    rule: contextSecret.id,
    level: 'error' as const,
    ...(secret !== undefined && { secret }),
    message: `${instructionAt(context, landing.instruction).keyword} takes ${path}, which holds credentials, into the image.`,
    location: at(context, landing.instruction),
  };
  if (move.decision === 'harmless') return harmless(base, move);
  if (obstacle) return { ...base, ...obstacle, needsPerson: true };
  const mounted = readers.length > 0 ? `, and mount it on ${linesOf(context, readers)}` : '';
  const isForProgram = credential.family === 'app' && !use.deleted && context.files.needed(path) !== 'never';
  const runtime = isForProgram ? ` If the program needs it: ${lower(fileAtRuntime(path, landing.target))}` : '';
  return {
    ...base,
    remedy: `Leave it out by the ignore file${mounted}.${runtime}`,
    fix: {
      title: `Leave ${path} out of the build context.`,
      changes: moveChanges(context, move),
      ignore: [ignoreLine(path)],
    },
  };
}

/** The file itself, as a pattern that matches nothing else. */
function ignoreLine(path: string): string {
  return path.replace(/[*?[\]\\]/g, '\\$&').replace(/^([!#])/, '\\$1');
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
