import { expect, test } from '@jest/globals';
import { parseSubject, type Subject } from '../../../src/verify/subject.ts';

test.each<[string, Subject]>([
  ['-', { kind: 'stdin' }],
  ['app', { kind: 'any', name: 'app' }],
  ['docker:27', { kind: 'any', name: 'docker:27' }],
  ['registry:2', { kind: 'any', name: 'registry:2' }],
  ['localhost:5000/app', { kind: 'any', name: 'localhost:5000/app' }],
  ['./image.tar', { kind: 'any', name: './image.tar' }],
  ['docker://docker:27', { kind: 'registry', reference: 'docker:27' }],
  ['registry://registry.example.com/app', { kind: 'registry', reference: 'registry.example.com/app' }],
  ['docker-daemon:app:1', { kind: 'engine', image: 'app:1' }],
  ['oci:layout:tag', { kind: 'path', path: 'layout:tag' }],
  ['oci-archive:image.tar', { kind: 'path', path: 'image.tar' }],
  ['docker-archive:/tmp/image.tar', { kind: 'path', path: '/tmp/image.tar' }],
])('%s', (text, subject) => {
  expect(parseSubject(text)).toEqual(subject);
});
