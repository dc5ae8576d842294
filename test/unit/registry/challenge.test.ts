import { expect, test } from '@jest/globals';
import { parseChallenges } from '../../../src/registry/challenge.ts';

function read(header: string | null): [string, Record<string, string>][] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

test('the example of RFC 9110, 11.6.1: two challenges in one header', () => {
  const header = 'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""';
  expect(read(header)).toEqual([
    ['basic', { realm: 'simple' }],
    ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
  ]);
});

test.each<[string, string, [string, Record<string, string>][]]>([
  [
    'a registry with a token service',
    'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push"',
    [
      [
        'bearer',
        {
          realm: 'https://auth.example.com/token',
          service: 'registry.example.com',
          scope: 'repository:a/b:pull,push',
        },
      ],
    ],
  ],
  ['schemes and names in any case', 'BASIC Realm=x', [['basic', { realm: 'x' }]]],
  ['space around =', 'Basic realm = "x" , charset\t=\tUTF-8', [['basic', { realm: 'x', charset: 'UTF-8' }]]],
  ['a comma and = inside quotes', 'Basic realm="a, Bearer realm=b"', [['basic', { realm: 'a, Bearer realm=b' }]]],
  ['empty list elements', ' ,, Basic realm="x",,', [['basic', { realm: 'x' }]]],
  [
    'a scheme without parameters before another',
    'Negotiate, Basic realm="x"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
  [
    'a token68 before another challenge',
    'Negotiate YIIJvwYG+/A==, Bearer realm="r"',
    [
      ['negotiate', {}],
      ['bearer', { realm: 'r' }],
    ],
  ],
  ['the first of two parameters of one name', 'Basic realm="a", realm="b"', [['basic', { realm: 'a' }]]],
  ['names that objects have by themselves', 'Basic __proto__="a", constructor=b', [['basic', { constructor: 'b' }]]],
  [
    'what came before a broken part',
    'Basic realm="x", Bearer realm="open',
    [
      ['basic', { realm: 'x' }],
      ['bearer', {}],
    ],
  ],
  ['nothing in an empty header', '', []],
  ['nothing in what is no challenge', '"realm"', []],
])('read: %s', (_, header, challenges) => {
  const readBack = read(header).map(([scheme, { __proto__: _own, ...rest }]) => [scheme, rest]);
  expect(readBack).toEqual(challenges);
});

test('no header holds no challenge', () => {
  expect(read(null)).toEqual([]);
});
