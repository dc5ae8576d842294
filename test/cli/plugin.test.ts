import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { type Ended, withTempDir } from '../helpers/docker.ts';
import { fakeDocker } from './fake-docker.ts';

const program = fileURLToPath(new URL('../../bin/docker-safebuild', import.meta.url));

/** Runs the plugin as docker does; the fake stands for the docker that the plugin calls itself. */
async function plugin(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const ended = await execa(process.execPath, [program, ...args], {
    cwd,
    env: { NO_COLOR: '1', HOME: cwd, ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode: ended.exitCode ?? -1, stdout: String(ended.stdout), stderr: String(ended.stderr) };
}

test('docker is told what kind of plugin this is', () =>
  withTempDir(async (cwd) => {
    const { exitCode, stdout } = await plugin(['docker-cli-plugin-metadata'], cwd);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      SchemaVersion: '0.1.0',
      Vendor: expect.stringMatching(/./),
      Version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      ShortDescription: expect.stringMatching(/./),
    });
  }));

// What docker 20.10, 26 and 28 themselves take for the current context (docker context ls, show).
test.each([
  ['docker safebuild .', ['safebuild', '.'], 'my-context||'],
  ['docker --context far safebuild .', ['--context', 'far', 'safebuild', '.'], 'far||far'],
  ['docker -c=far safebuild .', ['-c=far', 'safebuild', '.'], 'far||far'],
  ['docker -D -H tcp://h:1 safebuild .', ['-D', '-H', 'tcp://h:1', 'safebuild', '.'], 'default|tcp://h:1|'],
  ['docker --host=tcp://h:1 safebuild build .', ['--host=tcp://h:1', 'safebuild', 'build', '.'], 'default|tcp://h:1|'],
])('%s builds there', (_, args, variables) =>
  withTempDir(async (cwd) => {
    await writeFile(join(cwd, 'Dockerfile'), 'FROM scratch\n');
    const docker = await fakeDocker(cwd);
    expect(await plugin(args, cwd, docker.env)).toMatchObject({ exitCode: 0 });
    expect(await docker.asked()).toEqual(['buildx build .']);
    expect(await docker.variables()).toEqual([variables]);
  }),
);

test.each([
  [['help', 'safebuild'], 'safebuild verify IMAGE'],
  [['help', 'safebuild', 'build'], '--multi-stage'],
  [['safebuild', '--help'], 'safebuild verify IMAGE'],
])('%j is help', (args, words) =>
  withTempDir(async (cwd) => {
    expect(await plugin(args, cwd)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(words) });
  }),
);

test('other commands of docker builder go to buildx, with their exit code', () =>
  withTempDir(async (cwd) => {
    const docker = await fakeDocker(cwd);
    const ended = await plugin(['safebuild', 'prune', '--force'], cwd, { ...docker.env, FAKE_EXIT: '9' });
    expect(ended).toMatchObject({ exitCode: 9, stdout: 'from-stdout', stderr: 'from-stderr' });
    expect(await docker.asked()).toEqual(['buildx prune --force']);
  }));
