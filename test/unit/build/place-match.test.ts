import { expect, test } from '@jest/globals';
import { isAt, isPath } from '../../../src/build/place-match.ts';
import type { ImageLocation, ImagePlace } from '../../../src/finding.ts';

function at(place: ImagePlace, path?: string): ImageLocation {
  return { kind: 'image', place, ...(path === undefined ? {} : { path }) };
}

test.each<[string, string, boolean]>([
  ['app/key.pem', 'app/key.pem', true],
  ['/app/key.pem', 'app/key.pem', true],
  ['app/key.pem', 'srv/app/key.pem', false],
  ['app', 'app/key.pem', false],
  ['app/', 'app/key.pem', false],
  ['app/*', 'app/key.pem', true],
  ['app/*', 'app/sub/key.pem', false],
  ['app/**', 'app/sub/key.pem', true],
  ['app/**', 'app2/key.pem', false],
  ['**/*.pem', 'key.pem', true],
  ['**/*.pem', 'a/b/key.pem', true],
  ['**/*.pem', 'a/b/key.pem/x', false],
  ['app/**/test/*', 'app/a/b/test/x', true],
  ['app/**/test/*', 'app/test/x', true],
  ['app/**/test/*', 'app/latest/x', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['a.c', 'abc', false],
  ['a(b)+[c]', 'a(b)+[c]', true],
  ['**/.env', '.env', true],
  ['app/**', 'app/../etc/conf', false],
  ['app/key', 'app/.//key', true],
])('%s means %s: %s', (glob, path, expected) => {
  expect(isPath(glob, path)).toBe(expected);
  expect(isAt(glob, at('layer', path))).toBe(expected);
});

test.each<[string, ImageLocation, boolean]>([
  ['config', at('config', '/config/Env/1'), true],
  ['config', at('config', '/history/1/created_by'), false],
  ['history', at('config', '/history/1/created_by'), true],
  ['label:a/b', at('config', '/config/Labels/a~1b'), true],
  ['label:a', at('config', '/config/Labels/a~1b'), false],
  ['label:a*', at('config', '/config/Labels/abc'), true],
  ['annotation:note', at('index', '/manifests/0/annotations/note'), true],
  ['annotation:note', at('manifest', '/annotations/note'), true],
  ['manifest', at('manifest', '/annotations/note'), true],
  ['attestation', at('attestation', '/predicate/x'), true],
  ['config', at('layer', 'config'), false],
  ['/config', at('layer', 'config'), true],
  ['config/**', at('config', '/config/Env/1'), false],
  ['predicate/**', at('attestation', '/predicate/x'), false],
  ['etc/key', at('blob', 'etc/key'), true],
  ['etc/key', at('blob', '/etc/key'), false],
  ['etc/key', at('layer'), false],
])('%s at %j: %s', (place, location, expected) => {
  expect(isAt(place, location)).toBe(expected);
});

test('a glob of many stars answers at once', () => {
  expect(isPath(`${'**/*a*/'.repeat(8)}x`, `${'aaaa/'.repeat(12)}y`)).toBe(false);
});
