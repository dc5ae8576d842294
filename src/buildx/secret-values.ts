import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SafebuildError } from '../errors.ts';
import type { Secret } from '../secrets/index.ts';
import { formatFields } from './csv.ts';

/** BuildKit refuses more, with an error that names its own numbers (buildkit.md fact 6). */
const maxSecretBytes = 500 * 1024;

/** Linux limits one variable to 128 KiB with its name; the child's own copy inside the step has the same limit. */
const maxVariableBytes = 100 * 1024;

/** All variables share one limit with the user's own (on Linux a quarter of the stack: 2 MiB); the rest go through files. */
const maxVariablesBytes = 512 * 1024;

export interface HandedSecret {
  /** What the Dockerfile's mount says. */
  id: string;
  secret: Secret;
  /** True when a mount turns the value into a variable of the step. */
  asVariable: boolean;
}

/** How the values reach buildx: arguments that name them, and variables or files that hold them. */
export interface Handover {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/**
 * Prepares values for `docker buildx build --secret`, so that none is ever an argument.
 *
 * Text goes through the child's environment; bytes that no variable can hold go through a 0600 file in `privateDir`, which is
 * a 0700 folder, on tmpfs where the system has one. BuildKit reads files at each use, so they must live until the build
 * ends. Throws CONFIG_INVALID for a value that BuildKit itself would refuse, or print (a NUL byte, buildkit.md fact 7).
 */
export async function handOver(secrets: readonly HandedSecret[], privateDir: string): Promise<Handover> {
  const args: string[] = [];
  const env: Record<string, string> = {};
  let inVariables = 0;
  for (const [index, { id, secret, asVariable }] of secrets.entries()) {
    const value = secret.reveal();
    refuseUnfit(secret.name, value, asVariable);
    if (isPlainText(value) && value.length <= maxVariableBytes && inVariables + value.length <= maxVariablesBytes) {
      inVariables += value.length;
      const variable = `SAFEBUILD_SECRET_${index}`;
      env[variable] = value.toString('utf8');
      args.push(
        '--secret',
        formatFields([
          ['id', id],
          ['env', variable],
        ]),
      );
    } else {
      const file = join(privateDir, `secret-${index}`);
      await mkdir(privateDir, { recursive: true, mode: 0o700 });
      await rm(file, { force: true });
      await writeFile(file, value, { mode: 0o600, flag: 'wx' });
      args.push(
        '--secret',
        formatFields([
          ['id', id],
          ['src', file],
        ]),
      );
    }
  }
  return { args, env };
}

function refuseUnfit(name: string, value: Buffer, asVariable: boolean): void {
  if (value.length > maxSecretBytes) {
    throw new SafebuildError('CONFIG_INVALID', `The secret ${name} is larger than the 500 KiB that BuildKit accepts.`, {
      hint: 'Hand over a smaller credential, or fetch the file inside a build step with a short one.',
    });
  }
  if (!asVariable) return;
  if (value.includes(0)) {
    throw new SafebuildError(
      'CONFIG_INVALID',
      `The secret ${name} holds a NUL byte, which no environment variable can.`,
      {
        hint: 'Mount it as a file with --mount=type=secret,target=… instead of env=….',
      },
    );
  }
  if (value.length > maxVariableBytes) {
    throw new SafebuildError('CONFIG_INVALID', `The secret ${name} is too large for an environment variable.`, {
      hint: 'Mount it as a file with --mount=type=secret,target=… instead of env=….',
    });
  }
}

/** Whether the bytes survive the way through a variable: valid UTF-8 without NUL. */
function isPlainText(value: Buffer): boolean {
  return !value.includes(0) && Buffer.from(value.toString('utf8'), 'utf8').equals(value);
}
