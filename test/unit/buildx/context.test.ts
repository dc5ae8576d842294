import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { currentContext } from '../../../src/buildx/context.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { answering } from '../publish/answers.ts';

/** The context, as safebuild reads it and as docker would answer if it was asked. */
async function contextOf(env: Readonly<Record<string, string>>): Promise<{ name: string; asked: string[] }> {
  const { docker, asked } = answering({ 'context show': 'told\n' });
  return { name: await currentContext(docker, env), asked };
}

async function withConfig(text: string, action: (home: string) => Promise<void>): Promise<void> {
  await withTempDir(async (home) => {
    await mkdir(join(home, '.docker'));
    await writeFile(join(home, '.docker', 'config.json'), text);
    await action(home);
  });
}

test('the context is read in docker’s order: DOCKER_HOST, DOCKER_CONTEXT, the configuration file', () =>
  withConfig('{"currentContext": "kept", "auths": {}}', async (HOME) => {
    const host = { DOCKER_HOST: 'tcp://engine.example.com:2376' };
    expect(await contextOf({ ...host, DOCKER_CONTEXT: 'far', HOME })).toEqual({ name: 'default', asked: [] });
    expect(await contextOf({ DOCKER_CONTEXT: 'far', HOME })).toEqual({ name: 'far', asked: [] });
    expect(await contextOf({ DOCKER_HOST: '', DOCKER_CONTEXT: '', HOME })).toEqual({ name: 'kept', asked: [] });
    expect(await contextOf({ DOCKER_CONFIG: join(HOME, '.docker') })).toEqual({ name: 'kept', asked: [] });
  }));

test('without a context in the file, or without a file, it is the default one', async () => {
  await withConfig('{"auths": {}}', async (HOME) => {
    expect(await contextOf({ HOME })).toEqual({ name: 'default', asked: [] });
    expect(await contextOf({ DOCKER_CONFIG: HOME })).toEqual({ name: 'default', asked: [] });
  });
});

test.each(['{"currentContext": "cut', '[]', 'null', '{"currentContext": 3}'])(
  'docker is asked where its file is not plain: %s',
  (text) =>
    withConfig(text, async (HOME) => {
      expect(await contextOf({ HOME })).toEqual({ name: 'told', asked: ['context show'] });
    }),
);

test('docker is asked where no home is known, and what it cannot say is the default', async () => {
  expect(await contextOf({})).toEqual({ name: 'told', asked: ['context show'] });
  const { docker } = answering({});
  await expect(currentContext(docker, {})).resolves.toBe('default');
});
