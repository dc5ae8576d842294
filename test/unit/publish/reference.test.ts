import { expect, test } from '@jest/globals';
import { normalizeReference, repositoryOf } from '../../../src/publish/reference.ts';

const digest = `sha256:${'7f'.repeat(32)}`;

// The cases of distribution/reference's own tests that docker accepts.
test.each([
  ['app', 'docker.io/library/app:latest'],
  ['app:1', 'docker.io/library/app:1'],
  ['user/app', 'docker.io/user/app:latest'],
  ['docker.io/app', 'docker.io/library/app:latest'],
  ['index.docker.io/app:1', 'docker.io/library/app:1'],
  ['index.docker.io/user/app', 'docker.io/user/app:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app:1', 'localhost:5000/app:1'],
  ['registry:5000/app', 'registry:5000/app:latest'],
  ['127.0.0.1:5000/user/app', '127.0.0.1:5000/user/app:latest'],
  ['ghcr.io/user/app:v1.2', 'ghcr.io/user/app:v1.2'],
  ['[::1]:5000/app', '[::1]:5000/app:latest'],
  ['Uppercase/app', 'Uppercase/app:latest'],
  ['a/b/c', 'docker.io/a/b/c:latest'],
  [`app@${digest}`, `docker.io/library/app@${digest}`],
  [`ghcr.io/app:1@${digest}`, `ghcr.io/app:1@${digest}`],
])('%s is %s', (name, full) => {
  expect(normalizeReference(name)).toBe(full);
  expect(normalizeReference(full)).toBe(full);
});

test.each([
  ['app', 'app'],
  ['app:1', 'app'],
  ['localhost:5000/app', 'localhost:5000/app'],
  ['localhost:5000/app:1', 'localhost:5000/app'],
  [`ghcr.io/app:1@${digest}`, 'ghcr.io/app'],
])('the repository of %s is %s', (name, repository) => {
  expect(repositoryOf(name)).toBe(repository);
});
