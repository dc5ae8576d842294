import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { fileAtRuntime } from './file-decision.ts';
import { fileMounts } from './file-mounts.ts';
import { useOf } from './file-readers.ts';
import { type Landing, landingsOf } from './landings.ts';
import { at, instructionAt, linesOf } from './place.ts';
import { withoutUpkeep } from './upkeep.ts';

/** COPY of a folder drags files with credentials along. */
export const contextSecret: Rule = {
  id: 'context-secret',
  title: 'COPY of a folder takes files with credentials along',
  why: 'COPY . . copies everything that the ignore file does not name, also .env, .npmrc and keys that lie in the folder by chance. They stay in the layer for ever, and everyone who can pull the image can read them.',
  check(context) {
    return landingsOf(context)
      .filter((landing) => !landing.named)
      .map((landing) => finding(context, landing));
  },
};

function finding(context: RuleContext, landing: Landing): Finding {
  const { path, credential } = landing;
  const [secret] = credential.secretNames;
  const use = useOf(context, landing);
  const readers = context.files.needed(path) === 'never' ? [] : use.readers;
  const mounts = fileMounts(context, landing, readers);
  const upkeep = use.after.flatMap((run) =>
    withoutUpkeep(context, run, [landing.target], readers.includes(run.index) ? [landing.target] : []),
  );
  const mounted = readers.length > 0 ? `, and mount it on ${linesOf(context, readers)}` : '';
  const runtime =
    credential.family === 'app' && !use.deleted
      ? ` If the program needs it: ${lower(fileAtRuntime(path, landing.target))}`
      : '';
  return {
    rule: contextSecret.id,
    level: 'error',
    ...(secret !== undefined && { secret }),
    message: `${instructionAt(context, landing.instruction).keyword} takes ${path}, which holds credentials, into the image.`,
    remedy: `Leave it out by the ignore file${mounted}.${runtime}`,
    location: at(context, landing.instruction),
    fix: {
      title: `Leave ${path} out of the build context.`,
      changes: [...mounts, ...upkeep],
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
