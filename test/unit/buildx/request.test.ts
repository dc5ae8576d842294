import { expect, test } from '@jest/globals';
import { heldArguments, untouchedArguments } from '../../../src/buildx/arguments.ts';
import { requestOf } from './command-line.ts';

const nothing = {
  dropBuildArgs: new Set<string>(),
  dropSecrets: new Set<string>(),
  withholdTags: false,
  add: [],
  context: '.',
};

test('of a flag that counts once the last one wins, of others all count', () => {
  const request = requestOf('-f', 'a', '-t', 'x', '--target=one', '-f=b', '--tag', 'y', '--target', 'two', '.');
  expect(request).toMatchObject({ file: 'b', target: 'two', tags: ['x', 'y'], context: '.' });
});

test.each([
  [['--push'], true],
  [['--push=false'], false],
  [['--push=0'], false],
  [['--push=T'], true],
  [['--push=false', '--push'], true],
  [['--push', '--push=F'], false],
  [[], false],
])('%j: push is %j', (flags, push) => {
  expect(requestOf(...flags, '.').push).toBe(push);
});

test('a build argument without a value takes it from the environment, an empty one does not', () => {
  expect(requestOf('--build-arg', 'A', '--build-arg=B=', '--build-arg', 'C=1=2', '.').buildArgs).toEqual([
    { name: 'A' },
    { name: 'B', value: '' },
    { name: 'C', value: '1=2' },
  ]);
});

test('platforms are split, other lists are not', () => {
  const request = requestOf('--platform=linux/amd64,linux/arm64', '--platform', 'linux/386', '-t', 'a,b', '.');
  expect(request.platforms).toEqual(['linux/amd64', 'linux/arm64', 'linux/386']);
  expect(request.tags).toEqual(['a,b']);
});

test.each([
  [['--check'], true],
  [['--check=false'], false],
  [['--call=outline,format=json'], true],
  [['--call', 'build'], false],
  [['--call=targets', '--call=build'], false],
  [['--print=outline'], true],
  [['--help'], true],
  [['-h'], true],
  [['-t', '--check'], false],
])('%j asks only: %j', (flags, asksOnly) => {
  expect(requestOf(...flags, '.').asksOnly).toBe(asksOnly);
});

// What docker 28.5 refuses with exit code 125 or 1 before it builds anything.
test.each([
  [[]],
  [['.', 'other']],
  [['.', '--tag']],
  [['.', '-qt']],
  [['.', '--push=maybe']],
  [['.', '--load=']],
  [['.', '-q=2']],
])('%j has no context, and goes to docker word for word', (argv) => {
  const request = requestOf(...argv);
  expect(request.context).toBeUndefined();
  expect(untouchedArguments(request)).toEqual([
    'buildx',
    'build',
    ...argv.flatMap((word) => (word === '-qt' ? ['-q', '-t'] : word)),
  ]);
});

test('a context may look like a flag behind --, and is handed on as one', () => {
  const request = requestOf('-t', 'x', '--', '-odd');
  expect(request.context).toBe('-odd');
  expect(untouchedArguments(request)).toEqual(['buildx', 'build', '-t', 'x', '--', '-odd']);
  expect(heldArguments(request, { ...nothing, context: '-odd' })).toEqual(['buildx', 'build', '-t', 'x', '--', '-odd']);
});

test('nothing that publishes reaches the held-back build, whatever its spelling', () => {
  const publishing = [
    '--push',
    '--load=true',
    '-o',
    'type=registry',
    '-otype=image',
    '-o=out',
    '--output=x',
    '--output',
    'y',
  ];
  const records = ['--iidfile', 'id', '--metadata-file=meta.json', '--cache-to', 'type=inline', '--cache-to=user/app'];
  const shown = ['--progress=plain', '-f', 'Dockerfile.x', '--file=y', '-fz'];
  const request = requestOf(...publishing, ...records, ...shown, '-q', 'ctx');
  expect(heldArguments(request, { ...nothing, add: ['--provenance=mode=min'], context: 'ctx' })).toEqual([
    'buildx',
    'build',
    '-q',
    '--provenance=mode=min',
    '--',
    'ctx',
  ]);
});

test('everything else stays as it was given, in its order', () => {
  const kept = [
    '--pull',
    '-t',
    'a:1',
    '--label=x=y',
    '--new-flag',
    '--ssh',
    'default',
    '--no-cache=false',
    '-D',
    '--tag=b',
  ];
  expect(heldArguments(requestOf(...kept, '.'), nothing)).toEqual(['buildx', 'build', ...kept, '--', '.']);
});

test('only the named build arguments and secrets are left out', () => {
  const argv = [
    '--build-arg',
    'TOKEN=a',
    '--build-arg=TOKEN',
    '--build-arg',
    'TOKENS=b',
    '--secret',
    'id=a',
    '--secret=id=b',
    '.',
  ];
  const changes = { ...nothing, dropBuildArgs: new Set(['TOKEN']), dropSecrets: new Set(['id=a']) };
  expect(heldArguments(requestOf(...argv), changes)).toEqual([
    'buildx',
    'build',
    '--build-arg',
    'TOKENS=b',
    '--secret=id=b',
    '--',
    '.',
  ]);
});

test('tags are withheld where the store would show them before the proof', () => {
  const request = requestOf('-qt', 'a', '--tag=b', '.');
  expect(heldArguments(request, { ...nothing, withholdTags: true })).toEqual(['buildx', 'build', '-q', '--', '.']);
});
