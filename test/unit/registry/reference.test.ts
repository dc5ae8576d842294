import { expect, test } from '@jest/globals';
import { isLoopback, parseReference } from '../../../src/registry/reference.ts';

const hubKey = 'https://index.docker.io/v1/';

test.each([
  ['docker.io/library/app:latest', 'registry-1.docker.io', hubKey, 'library/app', 'latest'],
  ['registry-1.docker.io/team/app:1', 'registry-1.docker.io', hubKey, 'team/app', '1'],
  ['registry.example.com/app:1', 'registry.example.com', 'registry.example.com', 'app', '1'],
  [
    'registry.example.com:5000/a/b/c:v1.2-rc_3',
    'registry.example.com:5000',
    'registry.example.com:5000',
    'a/b/c',
    'v1.2-rc_3',
  ],
  ['registry.example.com:5000/app', 'registry.example.com:5000', 'registry.example.com:5000', 'app', 'latest'],
  ['localhost/app:1', 'localhost', 'localhost', 'app', '1'],
  ['[::1]:5000/app:1', '[::1]:5000', '[::1]:5000', 'app', '1'],
  ['ghcr.io/a__b/c.d-e--f:1', 'ghcr.io', 'ghcr.io', 'a__b/c.d-e--f', '1'],
])('%s is read as docker reads it', (name, host, credentialKey, repository, tag) => {
  expect(parseReference(name)).toEqual({ host, credentialKey, repository, tag });
});

test.each([
  'registry.example.com/a/../b:1',
  'registry.example.com/a//b:1',
  'registry.example.com/a?x=1:1',
  'registry.example.com/a%2fb:1',
  'registry.example.com/App:1',
  'registry.example.com/app:',
  'registry.example.com/app:a/b',
  'registry.example.com/app:1#x',
  `registry.example.com/app@sha256:${'0'.repeat(64)}`,
  'user@registry.example.com/app:1',
  'user:word@registry.example.com/app:1',
  'registry.example.com:port/app:1',
  'registry.example.com/',
  'app',
  '',
])('%p is no name to push to', (name) => {
  expect(() => parseReference(name)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

test.each([
  ['127.0.0.1:5000', true],
  ['127.1.2.3', true],
  ['localhost:5000', true],
  ['[::1]:5000', true],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com:5000', false],
  ['registry.example.com', false],
  ['10.0.0.1:5000', false],
  ['0.0.0.0:5000', false],
])('%s is on loopback: %p', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});
