import { readFile } from 'node:fs/promises';
import { SafebuildError } from '../errors.ts';
import { spareCompiler } from './compiler.ts';
import { closeExposures } from './exposure.ts';
import { commandNames, helpOf } from './help.ts';
import { type Io, processIo } from './io.ts';
import { forwarded, pluginMetadata, readPluginArguments } from './plugin.ts';
import { renderError, renderInternal } from './render.ts';

/** `bin/safebuild.js`: runs a command and returns the exit code. */
export async function main(io: Io = processIo()): Promise<number> {
  return guarded(io.argv, io);
}

/** `bin/docker-safebuild`: the same as a plugin of the docker CLI, `docker safebuild …`. */
export async function pluginMain(io: Io = processIo()): Promise<number> {
  if (io.argv[0] === 'docker-cli-plugin-metadata') {
    await io.stdout.write(`${JSON.stringify({ ...pluginMetadata, Version: await version() })}\n`);
    return 0;
  }
  const { argv, env } = readPluginArguments(io.argv);
  const inside = { ...io, env: { ...io.env, ...env } };
  if (forwarded.has(argv[0] ?? '')) {
    const { dockerFor } = await import('./docker.ts');
    return dockerFor(inside).passThrough(['buildx', ...argv], { signal: io.signal });
  }
  return guarded(argv, inside);
}

async function guarded(argv: readonly string[], io: Io): Promise<number> {
  return caught(argv, io, async () => {
    const warning = io.self && closeExposures(io.env, io.self);
    if (warning !== undefined) await io.stderr.write(`safebuild: ${warning}\n`);
    if (!io.env.SAFEBUILD_TRACE && !argv.some((word) => word.startsWith('--trace'))) return run(argv, io);
    const { takeTrace, withTrace } = await import('./trace.ts');
    const taken = takeTrace(argv, io.env);
    return withTrace(taken, await version(), io, (traced) => caught(taken.argv, traced, () => run(taken.argv, traced)));
  });
}

async function caught(argv: readonly string[], io: Io, action: () => Promise<number>): Promise<number> {
  spareCompiler();
  try {
    return await action();
  } catch (error) {
    io.trace?.failure(error);
    if (error instanceof SafebuildError) {
      await renderError(error, wantsJson(argv), io);
      return error.exitCode;
    }
    if (io.signal.aborted) return 130;
    await renderInternal(error, wantsJson(argv), io);
    return 1;
  }
}

/** Also where the command line itself is what is wrong. */
function wantsJson(argv: readonly string[]): boolean {
  return /^--json(=(1|t|true))?$/i.test(argv.findLast((word) => /^--json(=|$)/.test(word)) ?? '');
}

/** Commands are loaded when they are run: docker asks every plugin for its metadata again and again. */
async function run(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = argv;
  switch (first) {
    case 'build':
    case 'b':
      return build(rest, io);
    case 'check':
      return check(rest, io);
    case 'explain': {
      const { explainCommand } = await import('./commands/explain.ts');
      return explainCommand(rest, io);
    }
    case 'migrate':
      return migrate(rest, io);
    case 'secrets':
      return secrets(rest, io);
    case 'verify':
      return verify(rest, io);
    case undefined:
    case 'help':
    case '-h':
    case '--help':
      return help(rest[0], io);
    case 'version':
    case '-v':
    case '--version':
      await io.stdout.write(`safebuild ${await version()}\n`);
      return 0;
    default:
      return behindFlags(argv, io);
  }
}

async function behindFlags(argv: readonly string[], io: Io): Promise<number> {
  const { subcommandBehindFlags } = await import('./subcommand.ts');
  const found = subcommandBehindFlags(argv);
  if (found?.command === 'migrate') return migrate(found.rest, io);
  if (found?.command === 'secrets') return secrets(found.rest, io);
  if (found?.command === 'verify') return verify(found.rest, io);
  if (found?.command === 'check') return check(found.rest, io);
  if (found === undefined) {
    const { refuseMistyped } = await import('./mistyped.ts');
    await refuseMistyped(argv[0], io.cwd);
  }
  return build(found?.rest ?? argv, io);
}

async function help(command: string | undefined, io: Io): Promise<number> {
  const text = helpOf(command);
  if (text === undefined) {
    const { suggest } = await import('../config/suggest.ts');
    const near = suggest(command ?? '', commandNames);
    throw new SafebuildError('USAGE', `There is no command ${JSON.stringify(command)}.`, {
      hint: near === undefined ? 'See safebuild help.' : `Did you mean safebuild help ${near}?`,
    });
  }
  await io.stdout.write(text);
  return 0;
}

async function verify(argv: readonly string[], io: Io): Promise<number> {
  const { verifyCommand } = await import('./commands/verify.ts');
  return verifyCommand(argv, io);
}

async function check(argv: readonly string[], io: Io): Promise<number> {
  const { checkCommand } = await import('./commands/check.ts');
  return checkCommand(argv, io);
}

async function migrate(argv: readonly string[], io: Io): Promise<number> {
  const { migrateCommand } = await import('./commands/migrate.ts');
  return migrateCommand(argv, io);
}

async function secrets(argv: readonly string[], io: Io): Promise<number> {
  const { secretsCommand } = await import('./commands/secrets.ts');
  return secretsCommand(argv, io);
}

async function build(argv: readonly string[], io: Io): Promise<number> {
  const { buildCommand } = await import('./commands/build.ts');
  return buildCommand(argv, io);
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
