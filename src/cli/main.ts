import { readFile } from 'node:fs/promises';
import { createDocker } from '../buildx/index.ts';
import { SafebuildError } from '../errors.ts';
import { buildCommand } from './commands/build.ts';
import { verifyCommand } from './commands/verify.ts';
import { buildHelp, mainHelp, verifyHelp } from './help.ts';
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
    return createDocker({ env: inside.env, cwd: io.cwd }).passThrough(['buildx', ...argv], { signal: io.signal });
  }
  return guarded(argv, inside);
}

async function guarded(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await run(argv, io);
  } catch (error) {
    if (error instanceof SafebuildError) {
      await renderError(error, argv.includes('--json'), io);
      return error.exitCode;
    }
    if (io.signal.aborted) return 130;
    await renderInternal(error, io);
    return 1;
  }
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = argv;
  switch (first) {
    case 'build':
    case 'b':
      return buildCommand(rest, io);
    case 'verify':
      return verifyCommand(rest, io);
    case undefined:
    case 'help':
    case '-h':
    case '--help':
      await io.stdout.write(rest[0] === 'build' ? buildHelp : rest[0] === 'verify' ? verifyHelp : mainHelp);
      return 0;
    case 'version':
    case '-v':
    case '--version':
      await io.stdout.write(`safebuild ${await version()}\n`);
      return 0;
    default:
      return buildCommand(argv, io);
  }
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
