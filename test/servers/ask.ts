import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One use of a provider, as a build makes it: all references at the same time, then `close`. */
export interface Asking {
  provider: 'awsSecretsManager' | 'awsParameters' | 'gcp' | 'azure';
  references: readonly string[];
  /** All that the provider sees; `PATH` and `HOME` lead nowhere unless given. */
  env: Readonly<Record<string, string>>;
  /** Of safebuild.yaml, `sources:`. */
  settings?: Readonly<Record<string, unknown>>;
  /** The host's signal is aborted so long after the start. */
  abortAfterMs?: number;
  /** The session is left open, as by a bug: the process ends nevertheless. */
  unclosed?: boolean;
}

/** A value as base64, or the error. */
export interface Got {
  value?: string;
  version?: string;
  changed?: string;
  code?: string;
  message?: string;
  hint?: string;
}

export interface AskedAll {
  /** By reference, for each asking. */
  answers: Record<string, Got>[];
  /** What the process printed besides. */
  printed: string;
}

/** Uses providers in a process and threads of their own, with the real SDKs. `authority` is trusted there. */
export async function ask(askings: readonly Asking[], options: AskOptions = {}): Promise<AskedAll> {
  const { authority, source = fileURLToPath(new URL('../../src', import.meta.url)) } = options;
  const folder = await mkdtemp(join(tmpdir(), 'safebuild-ask-'));
  try {
    const trusted = join(folder, 'authority.pem');
    await writeFile(trusted, authority ?? '');
    const child = spawn(
      process.execPath,
      // Node 26 says of the way in which `typescript.mjs` works that it is out of date
      ['--disable-warning=DEP0205', '--import', beside('typescript.mjs').href, fileURLToPath(beside('asking.ts'))],
      {
        env: authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusted },
        stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      },
    );
    const [stdin, stdout, stderr, results] = child.stdio;
    const printed: Buffer[] = [];
    const answers: Buffer[] = [];
    stdout.on('data', (chunk) => printed.push(chunk));
    stderr.on('data', (chunk) => printed.push(chunk));
    results?.on('data', (chunk: Buffer) => answers.push(chunk));
    stdin.end(JSON.stringify({ source, askings, nowhere: folder }));
    const ending = await new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
    if (ending !== 0) throw new Error(`the asking process ended with ${ending}: ${Buffer.concat(printed)}`);
    const text = Buffer.concat(answers).toString();
    return { answers: text === '' ? [] : JSON.parse(text), printed: Buffer.concat(printed).toString() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface AskOptions {
  /** PEM. */
  authority?: string;
  /** Another copy of src/. */
  source?: string;
}

function beside(name: string): URL {
  return new URL(`./${name}`, import.meta.url);
}

/** The text of a value. */
export function textOf(got: Got | undefined): string | undefined {
  return got?.value === undefined ? undefined : Buffer.from(got.value, 'base64').toString();
}
