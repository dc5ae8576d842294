import { expect, test } from '@jest/globals';
import { gitEnvironment } from '../../../src/check/git-environment.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';

test('git gets what it needs, and no secret of the job', () => {
  const needed = { PATH: '/bin', HOME: '/home/a', GIT_DIR: '/x', Path: 'C:\\', SystemRoot: 'C:\\Windows' };
  const others = { GITHUB_TOKEN: fake, GIT_TOKEN: fake, NPM_TOKEN: fake, GIT_CONFIG_PARAMETERS: fake };
  expect(gitEnvironment({ ...needed, ...others })).toEqual(needed);
});

test('of settings by variable only the trusted folders are passed on, counted anew', () => {
  const env = {
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: ${fake}`,
    GIT_CONFIG_KEY_1: 'safe.directory',
    GIT_CONFIG_VALUE_1: '/src',
    GIT_CONFIG_KEY_2: 'safe.directory',
  };
  expect(gitEnvironment(env)).toEqual({
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '/src',
  });
});
