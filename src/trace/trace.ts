import { framesOf, SafebuildError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import type { Redactor } from '../secrets/index.ts';
import { shownCommand } from './shown-command.ts';

/** What a run notes about itself, for a log that can be shown to strangers. */
export interface Trace {
  /** What comes now, as the terminal is told; undefined ends it. */
  phase(text: string | undefined): void;
  /** A child that was started, by its arguments as safebuild made them; what it returns is called with its end. */
  child(program: string, args: readonly string[]): (exitCode: number) => void;
  /** What was decided. */
  findings(findings: readonly Finding[]): void;
  /** A fact in words of ours, without values or names of the user's. */
  note(text: string): void;
  /** How the run failed: code and words of a known error, kind and place of any other. */
  failure(error: unknown): void;
  /** Masks with this redactor, too, everything that was or will be noted. */
  conceal(redactor: Redactor): void;
  /** The log, masked. */
  text(): string;
}

interface Entry {
  atMs: number;
  text: string;
  /** Only to be shown masked. */
  usersWords: boolean;
}

const withheld = '(withheld: it came before the secrets were known)';

/**
 * Notes in memory what happens and when; `nowMs` is a clock.
 *
 * Nothing is written while a run lasts: what was noted before the secrets were known is masked with all of them at the end.
 * `home` is the user's folder, which stands in the log as `~`.
 */
export function createTrace(nowMs: () => number, home?: string): Trace {
  const startedMs = nowMs();
  const entries: Entry[] = [];
  const redactors: Redactor[] = [];
  const add = (text: string, usersWords = false): void => {
    entries.push({ atMs: nowMs() - startedMs, text, usersWords });
  };
  return {
    phase: (text) => add(`phase: ${text ?? 'done'}`, text !== undefined),
    child(program, args) {
      const beganMs = nowMs();
      const command = [program, ...shownCommand(args)].join(' ');
      add(`run: ${command}`);
      return (exitCode) => add(`ended with ${exitCode} after ${Math.round(nowMs() - beganMs)} ms: ${command}`);
    },
    findings(findings) {
      for (const { rule, level, location } of findings) {
        const line = 'line' in location ? ` line ${location.line}` : '';
        add(`finding: ${rule} (${level}) in ${location.kind}${line}`);
      }
    },
    note: (text) => add(text),
    failure(error) {
      if (error instanceof SafebuildError) {
        add(`error: ${error.code}`);
        add(`error: ${error.message}`, true);
        return;
      }
      const { name } = typeof error === 'object' && error !== null ? (error as Partial<Error>) : {};
      add([`unforeseen error: ${name ?? typeof error}`, ...framesOf(error)].join('\n'));
    },
    conceal: (redactor) => void redactors.push(redactor),
    text() {
      const lines = entries.map(({ atMs, text, usersWords }) => {
        const shown = usersWords && redactors.length === 0 ? withheld : withoutHome(text, home);
        return `${(atMs / 1000).toFixed(3).padStart(9)}  ${shown.replaceAll(/\r?\n/g, '\n           ')}\n`;
      });
      // As one text, since a value may have been noted in two pieces.
      return redactors.reduce((text, redactor) => redactor.redactText(text), lines.join(''));
    },
  };
}

function withoutHome(text: string, home: string | undefined): string {
  return home === undefined || home.length < 2 ? text : text.replaceAll(home, '~');
}
