import { appendFileSync, readFileSync } from 'node:fs';

// What all stand-ins share: programs for tests, in place of tools that neither npm nor Debian has. Each keeps the arguments,
// exit codes and messages that its tool documents, as far as they are used, and ends with code 2 for other arguments.

/** What the test told the tool to know. */
export const state = JSON.parse(readFileSync(process.env.STAND_IN_STATE, 'utf8'));

/** The arguments, which are recorded. */
export const words = process.argv.slice(2);

appendFileSync(process.env.STAND_IN_CALLS, `${JSON.stringify(words)}\n`);

/** Ends with a message on stderr. */
export function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

/** Ends because a test calls the tool in another way than it documents. */
export function unexpected() {
  fail(`the stand-in takes no such arguments: ${JSON.stringify(words)}`, 2);
}
