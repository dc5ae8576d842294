import { expect, test } from '@jest/globals';
import { withholdWords } from '../../../src/cli/unforeseen.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';

function speaking() {
  const printed: string[] = [];
  const byNode = (error: unknown): void => void printed.push(String(error));
  const listeners = new Map<string, ((error: unknown) => void)[]>([['warning', [byNode]]]);
  const codes: number[] = [];
  withholdWords(
    {
      on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
      removeAllListeners: (event) => listeners.delete(event),
      exit: (code) => codes.push(code),
    },
    (text) => printed.push(text),
  );
  return {
    say(event: string, error: unknown): void {
      for (const listener of listeners.get(event) ?? []) listener(error);
    },
    printed,
    codes,
  };
}

test('an exception that nobody catches tells its place, not its message', () => {
  const { say, printed, codes } = speaking();
  let thrown: unknown;
  try {
    // Since Node 20 its message quotes the text.
    JSON.parse(`{"password": ${fake}}`);
  } catch (error) {
    thrown = error;
  }
  say('uncaughtException', thrown);
  expect(printed.join('')).toMatch(/internal error \(SyntaxError\)/);
  expect(printed.join('')).not.toContain('not-a');
  expect(codes).toEqual([1]);
});

test('warnings of libraries, which quote what they read, are not printed', () => {
  const { say, printed } = speaking();
  say('warning', new Error(`Keys with collection values will be stringified: ${fake}`));
  expect(printed).toEqual([]);
  say('warning', new Error("Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes …"));
  expect(printed.join('')).toContain('certificates are not checked');
});
