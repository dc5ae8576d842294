import { expect, test } from '@jest/globals';
import { SafebuildError } from '../../../../src/errors.ts';
import type { Provider, ProviderHost } from '../../../../src/secrets/providers/provider.ts';
import { createSessions, type Sessions } from '../../../../src/secrets/providers/sessions.ts';

interface Rig {
  sessions: Sessions;
  /** What the provider was asked, in order. */
  calls: string[];
  host(): ProviderHost;
  controller: AbortController;
}

/** Sessions with one provider of the test's own, whose references are `vault://WHAT`. */
function rig(
  answers: Partial<Provider> & { fetch(what: string): Promise<string>; close?(): Promise<void> },
  deadlineMs = 60_000,
): Rig {
  const calls: string[] = [];
  const hosts: ProviderHost[] = [];
  const controller = new AbortController();
  const provider: Provider = {
    name: 'test',
    check: answers.check ?? (() => undefined),
    open(host) {
      calls.push(`open ${host.cwd}`);
      hosts.push(host);
      return {
        async fetch(reference) {
          calls.push(reference);
          return { value: Buffer.from(await answers.fetch(reference)) };
        },
        close() {
          calls.push('close');
          return answers.close?.() ?? Promise.resolve();
        },
      };
    },
  };
  const sessions = createSessions({
    env: { PATH: '/usr/bin:/bin' },
    home: '/nowhere',
    signal: controller.signal,
    settings: () => undefined,
    deadlineMs,
    find: () => ({ title: 'test', load: () => Promise.resolve(provider) }),
  });
  return { sessions, calls, controller, host: () => hosts[0] as ProviderHost };
}

const never = () => new Promise<string>(() => undefined);

test('a provider is opened once a folder, a reference is fetched once, all at the same time', async () => {
  const { sessions, calls } = rig({ fetch: async (what) => what });
  const values = await Promise.all([
    sessions.fetch('vault://a', '/p'),
    sessions.fetch('vault://b', '/p'),
    sessions.fetch('vault://a', '/p'),
    sessions.fetch('vault://a', '/q'),
  ]);
  expect(values.map(({ value }) => value.toString())).toEqual(['vault://a', 'vault://b', 'vault://a', 'vault://a']);
  expect([...calls].sort()).toEqual(['open /p', 'open /q', 'vault://a', 'vault://a', 'vault://b']);
  await sessions.close();
  expect(calls.filter((call) => call === 'close')).toHaveLength(2);
});

test('a provider that never answers is left when the time is over, and closed', async () => {
  const { sessions, calls } = rig({ fetch: never }, 50);
  await expect(sessions.fetch('vault://a', '/p')).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'it did not answer within 0.05 s',
  });
  await sessions.close();
  expect(calls.at(-1)).toBe('close');
});

test('an interrupt ends the fetching, and what was opened is closed all the same', async () => {
  const { sessions, calls, controller } = rig({ fetch: never });
  const fetched = sessions.fetch('vault://a', '/p');
  controller.abort();
  await expect(fetched).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await sessions.close();
  expect(calls.at(-1)).toBe('close');
});

test('a program can still be run while a session is closed, also after an interrupt', async () => {
  let said = '';
  const { sessions, controller, host } = rig({
    fetch: async () => 'x',
    async close() {
      said = (await host().run('echo', ['goodbye'])).stdout.toString();
    },
  });
  await sessions.fetch('vault://a', '/');
  controller.abort();
  await expect(host().run('echo', ['too late'])).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  await sessions.close();
  expect(said).toBe('goodbye\n');
});

test('a session that cannot be closed keeps no build from ending', async () => {
  const { sessions } = rig({ fetch: async () => 'x', close: () => Promise.reject(new Error('no')) });
  await sessions.fetch('vault://a', '/p');
  await sessions.close();
});

test('a reference that is not well formed is fetched from nobody', async () => {
  const { sessions, calls } = rig({
    fetch: async () => 'x',
    check() {
      throw new SafebuildError('CONFIG_INVALID', 'it is none');
    },
  });
  await expect(sessions.fetch('vault://a', '/p')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(calls).not.toContain('vault://a');
  await sessions.close();
});

test('a provider that is still being loaded when all is closed is not opened', async () => {
  let loaded = (_: Provider): void => undefined;
  let opened = 0;
  const sessions = createSessions({
    env: {},
    home: '/nowhere',
    signal: new AbortController().signal,
    settings: () => undefined,
    deadlineMs: 60_000,
    find: () => ({
      title: 'test',
      load: () =>
        new Promise((resolve) => {
          loaded = resolve;
        }),
    }),
  });
  const value = sessions.fetch('vault://a', '/p');
  await sessions.close();
  loaded({
    name: 'test',
    check: () => undefined,
    open: () => {
      opened++;
      return { fetch: async () => ({ value: Buffer.from('x') }), close: async () => undefined };
    },
  });
  await expect(value).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  expect(opened).toBe(0);
});
