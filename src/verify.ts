import { readdir } from 'node:fs/promises';
import { conceal } from './build/conceal.ts';
import { fetchingFor } from './build/fetching.ts';
import type { BuildHost } from './build/host.ts';
import { masked, maskedError } from './build/masked.ts';
import { dayOf, settle } from './build/settle.ts';
import { verdictPlace } from './build/verdict-place.ts';
import { type Config, loadConfig } from './config/index.ts';
import { readCredentials } from './context/index.ts';
import { SafebuildError } from './errors.ts';
import type { Finding } from './finding.ts';
import type { Report } from './report/index.ts';
import { scanImage } from './scan/index.ts';
import { type Fetching, loadSecrets, type Secret, type SecretFrom, type SecretSet } from './secrets/index.ts';
import { openSubject } from './verify/open.ts';

export interface VerifyOptions {
  /**
   * A tar, an OCI layout folder, a folder of files, an image of the engine or of a registry, or `-` for a tar on standard
   * input; also as skopeo spells them (`docker://…`, `oci:…`).
   */
  subject: string;
  envFiles: readonly string[];
  configPath?: string;
  /** `--secret-from`, in order. */
  secretFrom?: readonly SecretFrom[];
  /** `--trust-sources`. */
  trustSources?: boolean;
  /** Restricts what must be there, as in `docker build --platform`. */
  platform?: string;
}

/**
 * Runs the proof alone on something that exists already.
 *
 * Secrets come from the same places as in a build: env files, the environment, credential files in the working directory,
 * and every source that the configuration names. Without any, only what detectors recognise is looked for, and the report says so; with `detectors: off` there
 * would be nothing, which throws USAGE, as does an image that is not there.
 */
export async function verify(options: VerifyOptions, host: BuildHost): Promise<Report> {
  const fetching = fetchingFor(host, options, host.cwd);
  // What is lent is needed no longer than until it is read: nothing is built with it.
  const asked = await questionOf(options, host, fetching).finally(() => fetching.close());
  const redactor = conceal(asked.secrets.secrets, host);
  try {
    return masked(await answer(asked, options, host), redactor);
  } catch (error) {
    throw maskedError(error, redactor);
  }
}

interface Question {
  config: Config;
  secrets: SecretSet;
  searched: readonly Secret[];
}

async function questionOf(options: VerifyOptions, host: BuildHost, fetching: Fetching): Promise<Question> {
  const config = await loadConfig({
    cwd: host.cwd,
    contextDir: host.cwd,
    env: host.env,
    ...(options.configPath === undefined ? {} : { explicitPath: options.configPath }),
  });
  const contextFiles = await readCredentials(host.cwd, await readdir(host.cwd).catch(() => []));
  const secrets = await loadSecrets({
    cwd: host.cwd,
    env: host.env,
    config,
    envFiles: options.envFiles,
    contextFiles,
    secretFrom: options.secretFrom ?? [],
    fetching,
    // There is no Dockerfile that says which of them it needs.
    fetch: 'all',
  });
  const searched = secrets.secrets.filter((secret) => secret.weak === undefined);
  if (searched.length === 0 && config.detectors === 'off') {
    throw new SafebuildError('USAGE', 'There is no secret to search for, so nothing can be proved.', {
      hint: 'Name the files that hold them with --env-file, or run safebuild verify where .env lies.',
    });
  }
  return { config, secrets, searched };
}

async function answer(
  { config, secrets, searched }: Question,
  options: VerifyOptions,
  host: BuildHost,
): Promise<Report> {
  const startedMs = Date.now();
  const verdicts = await verdictPlace(host.env, host.cwd);
  const source = await openSubject(options.subject, host, options.platform);
  host.phase(`searching ${options.subject}`);
  const result = await scanImage(source, secrets.secrets, {
    signal: host.signal,
    limits: config.scan,
    detectors: config.detectors,
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    ...(verdicts === undefined ? {} : { verdicts }),
  });
  host.phase(undefined);
  const { findings, incomplete, coverage } = result;
  const settled = settle({ findings, incomplete, coverage: [coverage] }, config, dayOf(new Date()));
  const warnings = searched.length === 0 ? [detectorsOnly(options.subject), ...settled.warnings] : settled.warnings;
  return {
    ...settled,
    warnings,
    command: 'verify',
    subject: options.subject,
    secrets: {
      searched: [...new Set(searched.map((secret) => secret.name))],
      weak: secrets.weak.map(({ name, weak }) => ({ name, why: weak ?? '' })),
      settings: secrets.settings.map(({ name, reason }) => ({ name, why: reason })),
    },
    dockerfile: [],
    mounts: [],
    notes: [...secrets.notes, ...settled.notes, ...(source.holds === 'files' ? [asFiles(options.subject)] : [])],
    elapsedMs: { proof: Date.now() - startedMs },
  };
}

/** "Clean" must not be read as more than it says. */
function detectorsOnly(subject: string): Finding {
  return {
    rule: 'verify-detectors-only',
    level: 'warning',
    message: 'no secret was declared, so only keys and tokens that can be recognised were looked for',
    remedy: 'Name the files that hold the secrets with --env-file, or run safebuild verify where .env lies.',
    location: { kind: 'image', place: 'archive', path: subject },
  };
}

/** Somebody may have meant an image. */
function asFiles(subject: string): Finding {
  return {
    rule: 'verify-files',
    level: 'note',
    message: `${subject} is no image: what it holds was searched as files.`,
    location: { kind: 'image', place: 'archive', path: subject },
  };
}
