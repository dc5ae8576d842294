import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { commandNames } from '../../src/cli/help.ts';
import { removeImages } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import { expectExit } from './rig/expect-exit.ts';
import { formsOf } from './rig/holds.ts';
import { execution, type SystemCall, systemCallsOf } from './rig/system-calls.ts';
import { type Workplace, withWorkplace } from './rig/workplace.ts';

/** A value of each way in. No two have a piece in common. */
const canaries = {
  dotenv: 'not-a-secret-7f3a91c2d4e8',
  environment: 'other-b06d5e19aa37-canary',
  firstLine: 'line-one-91be03d7c4aa52-ff',
  secondLine: 'row-two-5c8e14fa9037bd-aa',
  large: 'big-d41c8b77e2f05a96-value',
};

const large = `${canaries.large}\n${'x'.repeat(120_000)}`;

const files = {
  Dockerfile: `FROM busybox:latest
ARG TOKEN
RUN test -n "$TOKEN"
RUN --mount=type=secret,id=OTHER,env=OTHER,required=true test -n "$OTHER"
RUN --mount=type=secret,id=key,required=true test -s /run/secrets/key
RUN --mount=type=secret,id=LARGE_PASSWORD,required=true test -s /run/secrets/LARGE_PASSWORD
`,
  'failing.Dockerfile': `FROM busybox:latest
ARG TOKEN
RUN --mount=type=secret,id=OTHER,env=OTHER,required=true --mount=type=secret,id=key \\
  env; echo "$TOKEN" | base64; printf %s "$OTHER" | od -An -v -tx1 | tr -d ' \\n'; cat /run/secrets/key; exit 7
`,
  'leaking.Dockerfile': 'FROM busybox:latest\nARG TOKEN\nCOPY bundle.sh .\nRUN sh bundle.sh\n',
  'bundle.sh': 'echo "$TOKEN" > /app.txt\n',
  '.env': `TOKEN=${canaries.dotenv}\nLARGE_PASSWORD="${large}"\n`,
  'key.txt': `${canaries.firstLine}\n${canaries.secondLine}\n`,
  '.dockerignore': '.env\nkey.txt\n',
  '.gitignore': '.env\nkey.txt\n',
};

const secrets = ['--secret=id=OTHER', '--secret=id=key,src=key.txt', '--env-file=.env'];

interface Run {
  args: readonly string[];
  exitCode: number;
}

const runs: readonly Run[] = [
  { args: ['build', '--trace=trace.log', '--tag=canary', ...secrets, '.'], exitCode: 0 },
  { args: ['build', '--progress=plain', '--file=failing.Dockerfile', ...secrets, '.'], exitCode: 1 },
  { args: ['build', '--json', '--file=leaking.Dockerfile', '--tag=canary-leak', ...secrets, '.'], exitCode: 5 },
  { args: ['verify', '--json', 'canary'], exitCode: 0 },
  { args: ['check', '--format=sarif', '--diff', '--diff-base=HEAD', '.'], exitCode: 0 },
  { args: ['migrate', '--yes'], exitCode: 0 },
  { args: ['explain', 'arg-secret'], exitCode: 0 },
  { args: ['help'], exitCode: 0 },
  { args: ['version'], exitCode: 0 },
  ...(commandNames.includes('secrets' as never) ? [{ args: ['secrets'], exitCode: 0 }] : []),
];

test('no value is in any argument, file on disk, socket but the builder’s, or output, whatever is run', async () => {
  const engine = await useEngine('containerd');
  // In memory for real, as on a user's machine.
  const memory = await mkdtemp('/dev/shm/safebuild-canary-');
  try {
    await withWorkplace(engine, files, async (place) => {
      await commit(place);
      const env = {
        OTHER: canaries.environment,
        XDG_RUNTIME_DIR: memory,
        XDG_STATE_HOME: join(dirname(place.folder), 'state'),
      };
      for (const { args, exitCode } of runs) {
        const { ended, calls } = await systemCallsOf(place, args, { env });
        const what = args.join(' ');
        expectExit(ended, exitCode);
        expect({ what, printed: found(ended.stdout + ended.stderr) }).toEqual({ what, printed: [] });
        expect({
          what,
          disclosed: calls.flatMap((call) =>
            disclosure(call, memory, engine.env.DOCKER_HOST ?? '', args[0] === 'build'),
          ),
        }).toEqual({
          what,
          disclosed: [],
        });
        expect({ what, left: await filesWithValues(dirname(place.folder)) }).toEqual({
          what,
          left: ['.env', 'key.txt'],
        });
        expect({ what, inMemory: await readdir(memory) }).toEqual({ what, inMemory: [] });
        if (args[0] === 'build') expect(calls.some(isHandedOver)).toBe(true);
      }
      await removeImages(engine, ['canary', 'canary-leak']);
    });
  } finally {
    await rm(memory, { recursive: true, force: true });
  }
});

async function commit({ folder }: Workplace): Promise<void> {
  const git = (...args: string[]) =>
    execa('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args]);
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=base');
}

const needles = Object.entries(canaries).flatMap(([name, value]) =>
  formsOf(value, ['raw', 'base64', 'hex']).map((bytes) => ({ name, text: bytes.toString('latin1') })),
);

/** Names of the canaries in a text. */
function found(text: string): string[] {
  return [...new Set(needles.filter((needle) => text.includes(needle.text)).map(({ name }) => name))];
}

/** What a call discloses, in words without the value; empty where it may hold what it holds. */
function disclosure(call: SystemCall, memory: string, dockerHost: string, building: boolean): string[] {
  const execve = execution(call);
  if (execve !== undefined) return disclosedTo(execve, building);
  const names = found(call.line);
  if (names.length === 0) return [];
  // What a child prints, on its way to us; what we print of it is looked at for itself. Node's pipes are pairs of sockets.
  const isOutput = call.descriptor === 1 || call.descriptor === 2;
  if (isOutput && /^(pipe|UNIX-STREAM):/.test(call.to)) return [];
  if (call.to === `socket ${dockerHost.replace('unix://', '')}`) return [];
  if (call.to.startsWith(`${memory}/`)) return [];
  return [`${names.join(', ')} by ${call.name} to ${call.to || 'an unknown place'}`];
}

function disclosedTo({ program, argv, envp }: NonNullable<ReturnType<typeof execution>>, building: boolean): string[] {
  const inArguments = found(argv).map((name) => `${name} in an argument of ${program}`);
  const inVariables = envp.flatMap((variable) => {
    const [name = ''] = variable.split('=');
    return found(variable).flatMap((canary) =>
      mayKnow(program, argv, name, building) ? [] : [`${canary} in the variable ${name} of ${program}`],
    );
  });
  return [...inArguments, ...inVariables];
}

/**
 * The user's own variables are docker's as they would be without us; values go to the one build alone. What buildx starts
 * itself, its plugin's own calls and git, which it asks about the commit, has what buildx has.
 */
function mayKnow(program: string, argv: string, variable: string, building: boolean): boolean {
  const name = basename(program);
  if (variable === 'OTHER') return /^(docker|docker-buildx|node)$/.test(name) || (name === 'git' && building);
  if (!variable.startsWith('SAFEBUILD_SECRET_')) return false;
  return name === 'docker'
    ? /^"docker", "buildx", "build"/.test(argv)
    : name === 'docker-buildx' || (name === 'git' && building);
}

function isHandedOver(call: SystemCall): boolean {
  return execution(call)?.envp.some((variable) => variable.startsWith('SAFEBUILD_SECRET_')) ?? false;
}

/** Files below a folder that hold a value, however it came there, by their names. */
async function filesWithValues(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) =>
        found(await readFile(join(parentPath, name), 'latin1')).length > 0 ? [name] : [],
      ),
  );
  return names.flat().sort();
}
