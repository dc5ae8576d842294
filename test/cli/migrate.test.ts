import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { snapshotOf, writeProject } from '../docker/rig/project.ts';
import { type Ended, withTempDir } from '../helpers/docker.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { inTerminal, key, type Session, type Turn } from './terminal.ts';

const token = 'not-a-secret-7f3a91c2d4e8';
const leaky = `# greets
FROM node:20-slim
ARG NPM_TOKEN
ENV API_KEY=${token}-literal
COPY . .
RUN curl -H "Authorization: $NPM_TOKEN" https://example.com/
CMD ["node", "greet.js"]
`;
const clean = `# greets
FROM node:20-slim
COPY . .
RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true curl -H "Authorization: $NPM_TOKEN" https://example.com/
CMD ["node", "greet.js"]
`;

interface Place {
  cwd: string;
  env: Record<string, string>;
  run(...args: string[]): Promise<Ended>;
  session(args: readonly string[], turns: readonly Turn[], more?: Record<string, string>): Promise<Session>;
}

/** A project that leaks in three places, one of which needs an answer. */
async function inProject(action: (place: Place) => Promise<void>, dockerfile = leaky): Promise<void> {
  await withTempDir(async (folder) => {
    const cwd = join(folder, 'app');
    await mkdir(cwd);
    await writeProject(cwd, { Dockerfile: dockerfile, '.env': `NPM_TOKEN=${token}\n`, 'greet.js': '' });
    const env = { XDG_STATE_HOME: join(folder, 'state') };
    await action({
      cwd,
      env,
      run: (...args) => safebuild(['migrate', ...args], { cwd, env }),
      session: (args, turns, more) => inTerminal(['migrate', ...args], turns, { cwd, env: { ...env, ...more } }),
    });
  });
}

test('on a terminal, from the first question to the written files, and back', () =>
  inProject(async ({ cwd, env, run, session }) => {
    await writeProject(cwd, {
      '.gitlab-ci.yml': 'image:\n  script: [] # ours\ndocker:\n  script:\n    - docker build .\n',
    });
    const before = await snapshotOf(cwd);
    const { exitCode, screen } = await session(
      [],
      [
        { seen: 'Mount NPM_TOKEN on the RUNs that use it', keys: key.enter },
        { seen: 'Who needs API_KEY?', keys: key.down + key.enter },
        { seen: 'Remove ENV API_KEY.', keys: key.enter },
        { seen: 'Leave .env out of the build context.', keys: key.enter },
        { seen: 'Take them from there?', keys: key.enter },
        { seen: '.gitlab-ci.yml builds this Dockerfile', keys: key.enter },
        { seen: 'Write 4 files?', keys: key.enter },
        { seen: 'Build both versions', keys: key.ctrlC },
      ],
    );
    expect(exitCode).toBe(0);
    expect(screen).toContain('safebuild: wrote Dockerfile, .dockerignore, safebuild.yaml, .gitlab-ci.yml');
    expect(screen).not.toContain(token);
    expect(await readFile(join(cwd, 'Dockerfile'), 'utf8')).toBe(clean);
    expect(await readFile(join(cwd, '.dockerignore'), 'utf8')).toBe('.env\n');
    expect(parse(await readFile(join(cwd, 'safebuild.yaml'), 'utf8'))).toEqual({
      secrets: { API_KEY: { needed: 'runtime' } },
    });

    expect(await readFile(join(cwd, '.gitlab-ci.yml'), 'utf8')).toContain(
      '    - safebuild build --secret id=NPM_TOKEN,env=NPM_TOKEN .\n',
    );

    const again = await session([], []);
    expect(again).toEqual({ exitCode: 0, screen: 'safebuild: nothing to migrate.\n' });
    expect(await run('--undo')).toMatchObject({ exitCode: 0 });
    expect(await snapshotOf(cwd)).toEqual(before);
    expect(await stat(env.XDG_STATE_HOME!)).toBeDefined();
  }));

test('an edit in the editor, and one without, are what is written', () =>
  inProject(
    async ({ cwd, session }) => {
      const editor = join(cwd, '..', 'editor.sh');
      await writeFile(editor, 'sed -i "s/,required=true//" "$1"\nstat -c %a "$1" >> "$0.modes"\n');
      const first = await session(
        [],
        [
          { seen: 'Mount NPM_TOKEN on the RUNs that use it', keys: key.down + key.enter },
          { seen: 'Leave .env out of the build context.', keys: key.enter },
          { seen: 'Take them from there?', keys: key.enter },
          { seen: 'Write 2 files?', keys: key.enter },
          { seen: 'Build both versions', keys: key.down + key.enter },
        ],
        { EDITOR: `sh ${editor}` },
      );
      expect(first.exitCode).toBe(0);
      expect(await readFile(join(cwd, 'Dockerfile'), 'utf8')).toBe(clean.replace(',required=true', ''));
      expect(await readFile(`${editor}.modes`, 'utf8')).toBe('600\n');

      await writeFile(join(cwd, 'Dockerfile'), leaky.replace(/ENV.*\n/, ''));
      const inline = await session(
        [],
        [
          { seen: 'Mount NPM_TOKEN on the RUNs that use it', keys: key.down + key.enter },
          { seen: 'Line 4:', keys: ` # ours${key.enter}` },
          { seen: 'Take them from there?', keys: key.enter },
          { seen: 'Write 1 file?', keys: key.enter },
          { seen: 'Build both versions', keys: key.down + key.enter },
        ],
      );
      expect(inline.exitCode).toBe(0);
      expect(await readFile(join(cwd, 'Dockerfile'), 'utf8')).toContain('https://example.com/ # ours\n');
    },
    leaky.replace(/ENV.*\n/, ''),
  ));

test('Ctrl-C at any question leaves every file as it was', () =>
  inProject(async ({ cwd, session }) => {
    const before = await snapshotOf(cwd);
    const apply = { seen: 'Mount NPM_TOKEN on the RUNs that use it', keys: key.enter };
    const first = await session([], [{ ...apply, keys: key.ctrlC }]);
    const second = await session([], [apply, { seen: 'Who needs API_KEY?', keys: key.ctrlC }]);
    for (const { exitCode, screen } of [first, second]) {
      expect(exitCode).toBe(130);
      expect(screen).toContain('safebuild: Interrupted: nothing was written.');
    }
    expect(await snapshotOf(cwd)).toEqual(before);
  }));

test('without a terminal the plan is printed, nothing is written, and exit code 4 says that a person is missing', () =>
  inProject(async ({ cwd, run }) => {
    const before = await snapshotOf(cwd);
    const { exitCode, stdout } = await run();
    expect(exitCode).toBe(4);
    expect(stdout).toContain('the plan mends 2 findings in Dockerfile, .dockerignore; 1 waits for a person');
    expect(stdout).toContain('? Dockerfile:4: ENV API_KEY');
    expect(stdout).toContain('\n-ARG NPM_TOKEN\n');
    expect(stdout).toContain('run it on a terminal, or with --yes');
    expect(stdout).not.toContain(token);
    expect(await snapshotOf(cwd)).toEqual(before);
  }));

test('--yes writes what needs no answer; with the answer in safebuild.yaml that is everything', () =>
  inProject(async ({ cwd, run }) => {
    expect(await run('--yes')).toMatchObject({ exitCode: 4 });
    expect(await readFile(join(cwd, 'Dockerfile'), 'utf8')).toContain('ENV API_KEY');
    await writeFile(join(cwd, 'safebuild.yaml'), '# ours\nsecrets:\n  API_KEY: { needed: runtime }\n');
    const { exitCode, stdout } = await run('--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Make a new API_KEY');
    expect(stdout).not.toContain(token);
    expect(await readFile(join(cwd, 'Dockerfile'), 'utf8')).toBe(clean);
    expect(await run('--yes')).toEqual({ exitCode: 0, stdout: 'safebuild: nothing to migrate.', stderr: '' });
  }));

test('--ssh-agent does without the key, and tells which pipelines need the agent', () =>
  inProject(async ({ cwd, run }) => {
    await writeProject(cwd, {
      id_rsa: `-----BEGIN OPENSSH PRIVATE KEY-----\n${token}\n-----END OPENSSH PRIVATE KEY-----\n`,
      '.gitlab-ci.yml': 'image:\n  script:\n    - docker build .\n',
    });
    const { stdout, exitCode } = await run('--yes', '--ssh-agent');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('.gitlab-ci.yml:3  - docker build --ssh default .');
    expect(stdout).toContain('Build it:  safebuild --ssh default .');
    expect(await readFile(join(cwd, 'Dockerfile'), 'utf8')).toContain('RUN --mount=type=ssh,required=true git clone');
  }, 'FROM node:20\nCOPY id_rsa /root/.ssh/id_rsa\nRUN git clone git@git.example.com:a/b.git && rm /root/.ssh/id_rsa\n'));

test('--dry-run and --diff only print; --diff prints the diff alone', () =>
  inProject(
    async ({ cwd, run }) => {
      const before = await snapshotOf(cwd);
      const dry = await run('--dry-run', '--build-arg', 'NPM_TOKEN', '.');
      expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('the plan mends') });
      const { exitCode, stdout } = await run('--diff');
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^--- a\/Dockerfile\n/);
      expect(await snapshotOf(cwd)).toEqual(before);
    },
    leaky.replace(/ENV.*\n/, ''),
  ));

test('--patch writes a diff that git applies, for its owner alone', () =>
  inProject(
    async ({ cwd, run }) => {
      expect(await run('--patch', '../fix.patch')).toMatchObject({ exitCode: 0 });
      const patch = join(cwd, '..', 'fix.patch');
      expect((await stat(patch)).mode & 0o777).toBe(0o600);
      await apply(patch, cwd);
      expect(await readFile(join(cwd, 'Dockerfile'), 'utf8')).toBe(clean);
      expect(await readFile(join(cwd, '.dockerignore'), 'utf8')).toBe('.env\n');
    },
    leaky.replace(/ENV.*\n/, ''),
  ));

test('--patch into a folder that is not there is a usage error', () =>
  inProject(
    async ({ run }) => {
      expect(await run('--patch', 'no/such/fix.patch')).toMatchObject({ exitCode: 2 });
    },
    leaky.replace(/ENV.*\n/, ''),
  ));

test('--patch refuses to quote a value', () =>
  inProject(async ({ cwd, run }) => {
    await writeFile(join(cwd, 'safebuild.yaml'), 'secrets:\n  API_KEY: { needed: runtime }\n');
    expect(await run('--patch', 'fix.patch')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('would quote the value of a secret'),
    });
    await expect(stat(join(cwd, 'fix.patch'))).rejects.toMatchObject({ code: 'ENOENT' });
  }));

test('what migrate does not know is a usage error', () =>
  inProject(async ({ run }) => {
    expect(await run('--json')).toMatchObject({ exitCode: 2 });
    for (const args of [
      ['--push'],
      ['--yes', '--diff'],
      ['--patch'],
      ['--undo'],
      ['--prove', '--diff'],
      ['a', 'b'],
      ['not-there'],
    ]) {
      expect({ args, ...(await run(...args)) }).toMatchObject({ args, exitCode: 2, stdout: '' });
    }
  }));

async function apply(patch: string, cwd: string): Promise<void> {
  const { execa } = await import('execa');
  await execa('git', ['apply', patch], { cwd, env: { GIT_CEILING_DIRECTORIES: join(cwd, '..') } });
}
