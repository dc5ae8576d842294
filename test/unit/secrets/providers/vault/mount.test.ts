import { expect, test } from '@jest/globals';
import { routesOf } from '../../../../../src/secrets/providers/vault/mount.ts';

function mounted(path: string, version?: string) {
  const data = { path, type: 'kv', options: version === undefined ? null : { version } };
  return { status: 200, text: '', body: { data } };
}
const unknown = { status: 403, text: '', body: { errors: [] } };

test.each([
  ['secret/app', mounted('secret/', '2'), ['secret/data/app v2']],
  ['secret/data/app', mounted('secret/', '2'), ['secret/data/app v2']],
  ['team/kv/a/b', mounted('team/kv/', '2'), ['team/kv/data/a/b v2']],
  ['kv/app', mounted('ns1/ns2/kv/', '2'), ['kv/data/app v2']],
  ['ns1/kv/app', mounted('ns1/kv/', '2'), ['ns1/kv/data/app v2']],
  ['secret/app', mounted('secret/app/', '2'), ['secret/app/data v2']],
  ['secret/app', mounted('secret/', '1'), ['secret/app']],
  ['database/creds/app', mounted('database/'), ['database/creds/app']],
  ['secret/app', unknown, ['secret/data/app v2', 'secret/app']],
  ['secret/data/app', unknown, ['secret/data/app v2', 'secret/data/app']],
  ['secret/app', { ...unknown, status: 404 }, ['secret/app']],
  ['secret/app', { status: 200, text: '', body: undefined }, ['secret/data/app v2', 'secret/app']],
])('%s is read, with %p, at %p', (path, preflight, expected) => {
  expect(routesOf(path, preflight).map((route) => `${route.path}${route.kv2 ? ' v2' : ''}`)).toEqual(expected);
});
