import type { Redactor } from '../../secrets/redact.ts';

/** A shorter beginning of a value is a beginning of many words. */
const shortestBeginning = 4;

/** What BuildKit prints behind the line of a step when it turns to another one (progressui, textMux.printVtx). */
const turn = /^#\d{1,9} \.\.\.\n$/;
const maybeTurn = /^(#(\d{1,9}( (\.(\.\.?)?)?)?)?)?$/;

/**
 * Masks the plain progress of a build, as a redactor's stream does, and beginnings of values too where BuildKit breaks a
 * line off: it prints what a step has written so far, even half a value, when another step has something to say, and the
 * whole line once more later.
 *
 * A line that ends like that is held back until it is known what follows.
 */
export function maskPlainProgress(redactor: Redactor): { push(chunk: Uint8Array): Buffer; end(): Buffer } {
  const stream = redactor.stream();
  /** Begins with the end of a line that may be broken off; empty where nothing waits. */
  let waiting = '';

  const decide = (shown: Buffer[]): void => {
    const next = waiting.slice(1);
    if (!turn.test(next) && maybeTurn.test(next)) return;
    if (turn.test(next)) shown.push(stream.breakOff());
    shown.push(stream.push(Buffer.from(waiting, 'latin1')));
    waiting = '';
  };

  return {
    push(chunk) {
      const shown: Buffer[] = [];
      for (const [part] of Buffer.from(chunk)
        .toString('latin1')
        .matchAll(/\n|[^\n]+/g)) {
        for (const letters of waiting === '' ? [part] : part) {
          if (waiting !== '') {
            waiting += letters;
            decide(shown);
          } else if (letters === '\n' && stream.open >= shortestBeginning) waiting = '\n';
          else shown.push(stream.push(Buffer.from(letters, 'latin1')));
        }
      }
      return Buffer.concat(shown);
    },
    end() {
      const rest = stream.push(Buffer.from(waiting, 'latin1'));
      waiting = '';
      return Buffer.concat([rest, stream.end()]);
    },
  };
}
