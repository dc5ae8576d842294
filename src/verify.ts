import { readdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { BuildHost } from './build/host.ts';
import { savedImage } from './build/prove.ts';
import { loadConfig } from './config/index.ts';
import { readCredentials } from './context/index.ts';
import { SafebuildError } from './errors.ts';
import { type ImageSource, openSource, tarSource } from './image/index.ts';
import type { Report } from './report/index.ts';
import { scanImage } from './scan/index.ts';
import { loadSecrets } from './secrets/index.ts';

export interface VerifyOptions {
  /** An image of the engine, a tar, an OCI layout folder, or `-` for a tar on standard input. */
  subject: string;
  envFiles: readonly string[];
  configPath?: string;
  /** Restricts what must be there, as in `docker build --platform`. */
  platform?: string;
}

/**
 * Runs the proof alone on something that exists already.
 *
 * Secrets come from the same places as in a build: env files, the environment, and credential files in the working
 * directory. Throws USAGE when there is no such image, or no secret to search for: "clean" would mean nothing then.
 */
export async function verify(options: VerifyOptions, host: BuildHost): Promise<Report> {
  const config = await loadConfig({
    cwd: host.cwd,
    contextDir: host.cwd,
    ...(options.configPath === undefined ? {} : { explicitPath: options.configPath }),
  });
  const contextFiles = await readCredentials(host.cwd, await readdir(host.cwd).catch(() => []));
  const secrets = await loadSecrets({ cwd: host.cwd, env: host.env, config, envFiles: options.envFiles, contextFiles });
  const searched = secrets.secrets.filter((secret) => secret.weak === undefined);
  if (searched.length === 0) {
    throw new SafebuildError('USAGE', 'There is no secret to search for, so nothing can be proved.', {
      hint: 'Name the files that hold them with --env-file, or run safebuild verify where .env lies.',
    });
  }
  const startedMs = Date.now();
  const source = await open(options.subject, host);
  host.phase(`searching ${options.subject}`);
  const result = await scanImage(source, secrets.secrets, {
    signal: host.signal,
    limits: config.scan,
    ...(options.platform === undefined ? {} : { platform: options.platform }),
  });
  host.phase(undefined);
  const leaked = result.findings.length > 0;
  const whole = result.incomplete.length === 0;
  return {
    command: 'verify',
    verdict: leaked ? 'leak' : whole ? 'clean' : 'unverified',
    exitCode: leaked ? 5 : whole ? 0 : 6,
    subject: options.subject,
    secrets: {
      searched: [...new Set(searched.map((secret) => secret.name))],
      weak: secrets.weak.map(({ name, weak }) => ({ name, why: weak ?? '' })),
      settings: secrets.settings.map(({ name, reason }) => ({ name, why: reason })),
    },
    dockerfile: [],
    leaks: result.findings,
    incomplete: result.incomplete,
    coverage: [result.coverage],
    mounts: [],
    notes: secrets.notes,
    elapsedMs: { proof: Date.now() - startedMs },
  };
}

async function open(subject: string, host: BuildHost): Promise<ImageSource> {
  if (subject === '-') return tarSource('standard input', Readable.from(host.stdin), 'image');
  const path = resolve(host.cwd, subject);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return openSource(path);
  const found = await host.docker.run(['image', 'inspect', '--format', '{{.Id}}', subject]);
  if (found.exitCode === 0) return savedImage(subject, host);
  const noEngine = !/no such image|not found/i.test(found.stderr);
  throw new SafebuildError(
    noEngine ? 'ENGINE_UNAVAILABLE' : 'USAGE',
    noEngine
      ? `${subject} is no file, and no Docker engine answers.`
      : `${subject} is neither a file, a folder, nor an image of this engine.`,
    {
      hint: noEngine
        ? 'Start the Docker engine, or name a tar or an OCI layout.'
        : `Pull it first: docker pull ${subject}`,
    },
  );
}
