import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '../helpers/docker.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { type FakeDocker, fakeDocker } from './fake-docker.ts';

async function inProject(action: (cwd: string, docker: FakeDocker) => Promise<void>, env = ''): Promise<void> {
  await withTempDir(async (cwd) => {
    await writeFile(join(cwd, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
    if (env !== '') await writeFile(join(cwd, '.env'), env);
    await action(cwd, await fakeDocker(cwd));
  });
}

test('a project without secrets is docker’s: its arguments, builder, streams and exit code', () =>
  inProject(async (cwd, docker) => {
    const args = ['-t', 'x', '--tag=y', '.', '--pull', '-qD'];
    const ended = await safebuild(args, { cwd, env: { ...docker.env, FAKE_EXIT: '7' } });
    expect(ended).toMatchObject({ exitCode: 7, stdout: 'from-stdout', stderr: 'from-stderr' });
    // Each call is the start of a program that the user waits for.
    expect(await docker.asked()).toEqual(['buildx build -t x --tag=y . --pull -q -D']);
    expect(await docker.variables()).toEqual(['my-context||']);
  }));

test('such a build that succeeds has one line more', () =>
  inProject(async (cwd, docker) => {
    const ended = await safebuild(['build', '.'], { cwd, env: docker.env });
    expect(ended).toMatchObject({ exitCode: 0, stdout: 'from-stdout' });
    expect(ended.stderr.split('\n')).toEqual(['from-stderr', expect.stringMatching(/^safebuild: no secret found in /)]);
  }));

test('--json has standard output for itself', () =>
  inProject(async (cwd, docker) => {
    const ended = await safebuild(['-q', '.', '--json'], { cwd, env: docker.env });
    expect(JSON.parse(ended.stdout)).toMatchObject({ schemaVersion: 1, verdict: 'nothing-to-prove', exitCode: 0 });
    expect(ended.stderr).toContain('from-stdout');
  }));

test('a builder that is chosen is not overruled', () =>
  inProject(async (cwd, docker) => {
    await safebuild(['--builder', 'mine', '.'], { cwd, env: docker.env });
    await safebuild(['.'], { cwd, env: { ...docker.env, BUILDX_BUILDER: 'theirs' } });
    const builds = (await docker.asked()).flatMap((asked, index) => (asked.startsWith('buildx build') ? [index] : []));
    const variables = await docker.variables();
    expect(builds.map((index) => variables[index])).toEqual(['||', 'theirs||']);
  }));

test.each([
  ['questions', ['--check', '.']],
  ['what docker refuses', ['.', 'too', 'many']],
  ['a flag without its value', ['.', '--tag']],
  ['no context at all', ['-t', 'x']],
])('%s go to docker word for word, whatever secrets there are', (_, args) =>
  inProject(async (cwd, docker) => {
    const ended = await safebuild(args, { cwd, env: { ...docker.env, FAKE_EXIT: '125' } });
    expect(ended).toMatchObject({ exitCode: 125, stderr: 'from-stderr' });
    expect((await docker.asked()).at(-1)).toBe(`buildx build ${args.join(' ')}`);
  }, 'NPM_TOKEN=not-a-secret-7f3a91c2d4e8\n'),
);

test('a flag that nobody knows may not hide what is built', () =>
  inProject(async (cwd, docker) => {
    const ended = await safebuild(['--frobnicate', 'x', '.'], { cwd, env: docker.env });
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--frobnicate') });
    expect(await docker.asked()).toEqual(['buildx build --help']);
    await safebuild(['--frobnicate=x', '.'], { cwd, env: docker.env });
    expect((await docker.asked()).at(-1)).toBe('buildx build --frobnicate=x .');
  }));

test('an engine that does not answer ends a build with secrets before it starts, in docker’s own words', () =>
  inProject(async (cwd, docker) => {
    const ended = await safebuild(['.'], { cwd, env: docker.env });
    expect(ended).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('Cannot connect to the Docker daemon'),
    });
    expect((await docker.asked()).filter((asked) => /^buildx build (?!--help)/.test(asked))).toEqual([]);
  }, 'NPM_TOKEN=not-a-secret-7f3a91c2d4e8\n'));

test('the classic builder is refused', () =>
  inProject(async (cwd, docker) => {
    const ended = await safebuild(['.'], { cwd, env: { ...docker.env, DOCKER_BUILDKIT: '0' } });
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Unset DOCKER_BUILDKIT') });
    expect(await docker.asked()).toEqual([]);
  }));
