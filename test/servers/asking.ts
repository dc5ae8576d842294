import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { Provider, ProviderHost } from '../../src/secrets/providers/provider.ts';
import type { Asking, Got } from './ask.ts';

// What `ask` runs: results go to file descriptor 3, so that whatever stands on stdout and stderr was printed by accident.

const folders = { awsSecretsManager: 'aws', awsParameters: 'aws', gcp: 'gcp', azure: 'azure' } as const;

const { source, askings, nowhere }: { source: string; askings: Asking[]; nowhere: string } = JSON.parse(
  await text(process.stdin),
);
const answers = [];
for (const asking of askings) answers.push(await answer(asking));
writeSync(3, JSON.stringify(answers));

async function answer(asking: Asking): Promise<Record<string, Got>> {
  const { provider: name, references, env, settings, abortAfterMs, unclosed = false } = asking;
  const entry = pathToFileURL(`${source}/secrets/providers/${folders[name]}/index.ts`).href;
  const provider: Provider = (await import(entry))[name];
  const given = new AbortController();
  if (abortAfterMs !== undefined) setTimeout(() => given.abort(), abortAfterMs);
  const host: ProviderHost = {
    cwd: nowhere,
    env: { PATH: nowhere, HOME: nowhere, ...env },
    home: nowhere,
    signal: given.signal,
    settings: (key) => settings?.[key],
    run: () => Promise.reject(new Error('no program is needed')),
  };
  const session = provider.open(host);
  const pairs = await Promise.all(references.map(async (one) => [one, await session.fetch(one).then(shown, failed)]));
  if (!unclosed) await session.close();
  return Object.fromEntries(pairs);
}

function shown({ value, version, changed }: { value: Buffer; version?: string; changed?: Date }): Got {
  return {
    value: value.toString('base64'),
    ...(version === undefined ? {} : { version }),
    ...(changed === undefined ? {} : { changed: changed.toISOString() }),
  };
}

function failed(error: { code?: string; message: string; hint?: string }): Got {
  const { code = 'none', message, hint = '' } = error;
  return { code, message, hint };
}
