import { expect, test } from '@jest/globals';
import { credentialFile } from '../../../src/secrets/credential-files.ts';

test.each([
  ['.npmrc', 'npmrc', 'npm'],
  ['packages/api/.npmrc', 'npmrc', 'npm'],
  ['.yarnrc.yml', 'yarnrc', 'npm'],
  ['.env', 'env', 'app'],
  ['.env.local', 'env', 'app'],
  ['.env.production', 'env', 'app'],
  ['config/prod.env', 'env', 'app'],
  ['.netrc', 'netrc', 'netrc'],
  ['pip.conf', 'pip-conf', 'pip'],
  ['.pypirc', 'pypirc', 'pip'],
  ['.git-credentials', 'git-credentials', 'git'],
  ['.git/config', 'gitconfig', 'git'],
  ['auth.json', 'composer-auth', 'composer'],
  ['settings.xml', 'maven-settings', 'maven'],
  ['.m2/settings.xml', 'maven-settings', 'maven'],
  ['NuGet.Config', 'nuget-config', 'nuget'],
  ['.docker/config.json', 'docker-config', 'docker'],
  ['.aws/credentials', 'aws-credentials', 'aws'],
  ['service-account.json', 'gcloud-key', 'gcloud'],
  ['id_rsa', 'ssh-key', 'ssh'],
  ['.ssh/id_ed25519', 'ssh-key', 'ssh'],
  ['certs/server.key', 'private-key', 'app'],
  ['release.p12', 'key-store', 'app'],
  ['secrets.txt', 'secrets', 'app'],
  ['secret.json', 'secrets', 'app'],
  ['github_token', 'secrets', 'app'],
  ['config/master.key', 'rails-key', 'app'],
])('%s is of kind %s', (path, kind, family) => {
  expect(credentialFile(path)).toMatchObject({ kind, family });
});

test.each([
  '.env.example',
  '.env.sample',
  '.env.template',
  'example.env',
  '.env.dist',
  'id_rsa.pub',
  'rootfs/etc/passwd',
  '.ssh/known_hosts',
  '.ssh/config',
  'settings.example.xml',
  'env',
  'bin/env',
  'environment.ts',
  'src/env.ts',
  'package.json',
  'tsconfig.json',
  'config.json',
  'templates/password_reset.txt',
  'src/token.ts',
  'keyboard.js',
  'monkey',
  'README.md',
  '.dockerignore',
  'secretary.txt',
])('%s is none', (path) => {
  expect(credentialFile(path)).toBeUndefined();
});
