import { SafebuildError } from '../../errors.ts';
import { verify } from '../../verify.ts';
import { verifyHelp } from '../help.ts';
import { hostFor } from '../host.ts';
import type { Io } from '../io.ts';
import { splitFlags } from '../own-flags.ts';
import { render } from '../render.ts';
import { trustPrompt } from '../trust-prompt.ts';
import { configOf } from './build.ts';

/** Flags of docker's that mean something here. */
const known = ['platform', 'quiet'];

/** `safebuild verify IMAGE|TAR|FOLDER|-`; returns the exit code. */
export async function verifyCommand(argv: readonly string[], io: Io): Promise<number> {
  const { own, docker: args } = splitFlags(argv);
  if (own.help) {
    await io.stdout.write(verifyHelp);
    return 0;
  }
  const subjects = args.flatMap((arg) => (arg.kind === 'positional' ? [arg.value] : []));
  const unknown = args.find((arg) => arg.kind === 'flag' && !known.includes(arg.name));
  const [subject] = subjects;
  if (unknown?.kind === 'flag')
    throw new SafebuildError('USAGE', `verify does not know --${unknown.name}.`, {
      hint: 'See safebuild verify --help.',
    });
  if (subject === undefined || subjects.length > 1) {
    throw new SafebuildError('USAGE', 'verify takes exactly one image, tar or OCI layout.', {
      hint: 'See safebuild verify --help.',
    });
  }
  const platform = args
    .flatMap((arg) => (arg.kind === 'flag' && arg.name === 'platform' ? (arg.value ?? []) : []))
    .at(-1);
  const host = { ...hostFor(io, { quietStdout: own.json }), ...trustPrompt(io) };
  const report = await verify(
    {
      subject,
      envFiles: own.envFiles,
      secretFrom: own.secretFrom,
      trustSources: own.trustSources,
      ...configOf(own, io),
      ...(platform === undefined ? {} : { platform }),
    },
    host,
  ).finally(() => host.phase(undefined));
  const quiet = args.some((arg) => arg.kind === 'flag' && arg.name === 'quiet' && arg.value !== 'false');
  await render(report, { json: own.json, quiet }, io);
  return report.exitCode;
}
