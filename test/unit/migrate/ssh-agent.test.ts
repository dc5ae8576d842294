import { expect, test } from '@jest/globals';
import { agentLines, beginMigration, mendAll } from '../../../src/migrate/index.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { writeProject } from '../build/project.ts';
import { projectIn, talk } from './project.ts';

const files = {
  Dockerfile: [
    'FROM node:20',
    'COPY id_rsa /root/.ssh/id_rsa',
    'RUN chmod 600 /root/.ssh/id_rsa && git clone git@git.example.com:a/b.git && rm /root/.ssh/id_rsa',
    '',
  ].join('\n'),
  id_rsa: '-----BEGIN OPENSSH PRIVATE KEY-----\nnot-a-secret-7f3a91c2d4e8\n-----END OPENSSH PRIVATE KEY-----\n',
  '.github/workflows/ci.yml': [
    'on: push',
    'jobs:',
    '  image:',
    '    steps:',
    '      - run: |',
    '          npm test',
    '          docker build -t app .',
    '      - uses: docker/build-push-action@v6',
    '        with:',
    '          context: .',
    '      - run: docker build --ssh default -t again .',
    '',
  ].join('\n'),
  '.gitlab-ci.yml': 'image:\n  script:\n    - docker build -t app .\n',
};

test('without a person, the agent takes the place of a key where that is asked for', async () => {
  await withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    const project = await projectIn(cwd);
    const asked = mendAll(project, beginMigration(project), true);
    expect(asked.draft.dockerfile).toBe(
      'FROM node:20\nRUN mkdir -p -m 0700 /root/.ssh\nRUN --mount=type=ssh,required=true git clone git@git.example.com:a/b.git\n',
    );
    expect(asked.mounts).toEqual([]);
    const plain = mendAll(project, beginMigration(project));
    expect(plain.draft.dockerfile).toContain('target=/root/.ssh/id_rsa');
    expect(await agentLines(project, plain)).toEqual([]);
  });
});

test('the builds of pipelines that need the agent are told by line, as they must read', async () => {
  await withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    const project = await projectIn(cwd);
    const migration = mendAll(project, beginMigration(project), true);
    expect(await agentLines(project, migration)).toEqual([
      '.github/workflows/ci.yml:7  docker build --ssh default -t app .',
      '.github/workflows/ci.yml:10  ssh: default',
      '.gitlab-ci.yml:3  - docker build --ssh default -t app .',
    ]);
    expect(await agentLines(project, beginMigration(project))).toEqual([]);
  });
});

test('pipelines that were changed on a terminal are told no more', async () => {
  await withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    const project = await projectIn(cwd);
    const { migration } = await talk(project, ['agent', 'docker', 'no'], { sshAgent: true });
    expect(migration!.pipelines.map(({ after }) => after.match(/ssh(?:: | )default/g)?.length)).toEqual([3]);
    expect(await agentLines(project, migration!)).toEqual(['.gitlab-ci.yml:3  - docker build --ssh default -t app .']);
  });
});
