import { mountFields } from '../dockerfile/index.ts';
import type { Rule } from './context.ts';
import { runsAsRoot } from './file-readers.ts';
import { readableMountPage } from './pages/readable-mount.ts';
import { at } from './place.ts';
import { runsOf } from './runs.ts';

/** A mounted secret can be read by every user of the step. */
export const readableMount: Rule = {
  id: 'readable-mount',
  title: 'A mounted secret can be read by every user',
  why: 'A step that runs as root can read a secret of mode 0400, which is the default. A mode that lets everybody read it hands the secret to every program that the step starts as another user, such as install scripts of packages.',
  explanation: readableMountPage,
  advice: true,
  check(context) {
    return runsOf(context.dockerfile)
      .filter((run) => runsAsRoot(context, run))
      .flatMap((run) =>
        run.instruction.flags
          .map((flag) => ({ flag, fields: mountFields(flag) }))
          .filter(({ flag, fields }) => flag.name === 'mount' && fields.get('type') === 'secret')
          .filter(({ fields }) => isOpenToAll(fields.get('mode')))
          .map(({ fields }) => ({
            rule: readableMount.id,
            level: 'note' as const,
            message: `The secret mount ${fields.get('id') ?? ''} has mode ${fields.get('mode')}: every user of the step can read it.`,
            remedy: 'Leave mode away, or set 0400; with uid where a step runs as another user.',
            location: at(context, run.index),
          })),
      );
  },
};

/** BuildKit reads the mode as an octal number. */
function isOpenToAll(mode: string | undefined): boolean {
  return mode !== undefined && /^[0-7]+$/.test(mode) && (Number.parseInt(mode, 8) & 0o007) !== 0;
}
