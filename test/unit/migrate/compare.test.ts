import { expect, test } from '@jest/globals';
import { compare } from '../../../src/migrate/index.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { hostIn, writeProject } from '../build/project.ts';
import { projectIn, token } from './project.ts';

/** Words and variables of the first build that docker is asked for; it fails. */
async function firstBuild(files: Readonly<Record<string, string>>) {
  return withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    const host = hostIn(cwd, { HOME: cwd });
    let asked: { args: readonly string[]; env: Readonly<Record<string, string>> } | undefined;
    const inspect =
      'Name: default\nDriver: docker\n\nNodes:\nName: default\nStatus: running\nBuildKit version: v0.25.0\n';
    const docker: typeof host.docker = {
      run: async (args) => ({ exitCode: 0, stdout: args.includes('inspect') ? inspect : '', stderr: '' }),
      ask: host.docker.ask,
      passThrough: host.docker.passThrough,
      start: (args, options = {}) => {
        asked ??= { args, env: (options.env ?? {}) as Record<string, string> };
        throw new Error('asked');
      },
    };
    await expect(compare(await projectIn(cwd), { envFiles: [] }, { ...host, docker })).rejects.toThrow('asked');
    return asked ?? { args: [], env: {} };
  });
}

test('the old version gets the values of its secret ARGs as variables, never as words', async () => {
  const { args, env } = await firstBuild({
    Dockerfile: 'FROM scratch\nARG NPM_TOKEN\nARG MODE=ci\nCOPY . .\n',
    '.env': `NPM_TOKEN=${token}\n`,
  });
  expect(args.join(' ')).toContain('--build-arg NPM_TOKEN');
  expect(args.join(' ')).not.toContain(token);
  expect(env.NPM_TOKEN).toBe(token);
});

test('a cloned project cannot set the variables that steer docker', async () => {
  const names = ['LD_PRELOAD', 'PATH', 'DOCKER_HOST', 'DOCKER_AUTH_TOKEN', 'HTTPS_PROXY', 'BUILDX_BUILDER_TOKEN'];
  const { args, env } = await firstBuild({
    Dockerfile: `FROM scratch\n${names.map((name) => `ARG ${name}\n`).join('')}`,
    '.env': names.map((name) => `${name}=${token}\n`).join(''),
    'safebuild.yaml': `secrets:\n${names.map((name) => `  ${name}: secret\n`).join('')}`,
  });
  for (const name of names) {
    expect(args).not.toContain(name);
    expect(env[name]).not.toBe(token);
  }
});
