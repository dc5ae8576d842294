import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages, withTempDir } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { withService } from '../helpers/services.ts';
import type { Engine } from '../helpers/testbed.ts';
import { projectIn, talk } from '../unit/migrate/project.ts';
import { expectExit } from './rig/expect-exit.ts';
import { type GitServer, startGitServer } from './rig/git-server.ts';
import { imageHolds } from './rig/holds.ts';
import { type Agent, startSshAgent } from './rig/ssh-agent.ts';

/** How the key comes into the image, and who sees it there; the steps that use it are the same. */
const ways: readonly {
  begin: string;
  files: boolean;
  holds: (engine: Engine, image: string, part: string) => Promise<boolean>;
}[] = [
  { begin: 'COPY id_ed25519 /root/.ssh/id_ed25519', files: true, holds: imageHolds },
  {
    begin: 'ARG SSH_PRIVATE_KEY\nRUN mkdir -m 0700 /root/.ssh && echo "$SSH_PRIVATE_KEY" > /root/.ssh/id_ed25519',
    files: false,
    holds: async (engine, image, part) =>
      (await docker(engine, ['history', '--no-trunc', '--format={{.CreatedBy}}', image])).includes(part),
  },
];

interface Place {
  engine: Engine;
  agent: Agent;
  git: GitServer;
  folder: string;
}

async function tell(
  { engine, agent, git, folder }: Place,
  { begin, files, holds }: (typeof ways)[number],
): Promise<void> {
  const dockerfile = join(folder, 'Dockerfile');
  await writeFile(
    dockerfile,
    `FROM node:20
${begin}
RUN chmod 600 /root/.ssh/id_ed25519 && ssh-keyscan -p ${git.port} 127.0.0.1 >> /root/.ssh/known_hosts
RUN git clone -q ${git.url} /words && rm /root/.ssh/id_ed25519
CMD ["cat", "/words/words.txt"]
`,
  );
  if (files) await writeFile(join(folder, 'id_ed25519'), agent.privateKey, { mode: 0o600 });
  const flags = ['--network=host', '--progress=plain'];
  const argument = files ? [] : [`--build-arg=SSH_PRIVATE_KEY=${agent.privateKey}`];
  const part = agent.privateKey.trimEnd().split('\n').at(-2)!;
  await docker(engine, ['build', ...flags, ...argument, '--tag=ssh-before', folder]);
  expect(await holds(engine, 'ssh-before', part)).toBe(true);
  const answer = await docker(engine, ['run', '--rm', 'ssh-before']);
  expect(answer).toBe('words from git');

  const { migration } = await talk(await projectIn(folder), ['agent'], { sshAgent: true });
  await writeFile(dockerfile, migration?.draft.dockerfile ?? '');
  const withAgent = ['--ssh=default', '--tag=ssh-after', '.'];
  expectExit(await safebuild([...flags, ...withAgent], { engine, cwd: folder, env: agent.env }), 0);
  expect(await holds(engine, 'ssh-after', part)).toBe(false);
  expect(await docker(engine, ['run', '--rm', 'ssh-after'])).toBe(answer);

  await removeImages(engine, ['ssh-before', 'ssh-after']);
}

test('the ssh agent takes the place of a key that comes by COPY or by ARG: git clones from a real sshd', async () => {
  const engine = await useEngine('containerd', ['node:20']);
  await withTempDir(async (parent) => {
    await withService(
      () => startSshAgent(parent),
      async (agent) => {
        await withService(
          () => startGitServer(engine, agent.publicKey),
          async (git) => {
            for (const [index, way] of ways.entries()) {
              const folder = join(parent, `app-${index}`);
              await mkdir(folder);
              await tell({ engine, agent, git, folder }, way);
            }
            const without = await safebuild(['--network=host', '--no-cache', '.'], {
              engine,
              cwd: join(parent, 'app-0'),
            });
            expectExit(without, 1);
            expect(without.stderr).toContain('ssh');
          },
        );
      },
    );
  });
});
