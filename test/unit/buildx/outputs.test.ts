import { expect, test } from '@jest/globals';
import type { Builder } from '../../../src/buildx/engine.ts';
import { outputsOf } from '../../../src/buildx/outputs.ts';
import { requestOf } from './command-line.ts';

const docker: Builder = { name: 'default', driver: 'docker', store: 'containerd', defaultLoad: false };
const container: Builder = { name: 'ci', driver: 'docker-container', store: undefined, defaultLoad: false };

function outputs(builder: Builder, ...flags: string[]): unknown[] {
  return outputsOf(requestOf(...flags, '.'), builder).map((output) =>
    output.kind === 'image'
      ? { image: [output.push ? 'push' : '', output.load ? 'load' : ''].filter(Boolean).join('+') }
      : { [output.kind]: output.dest },
  );
}

// buildkit.md 1.8, and buildx 0.29 for what single words mean.
test.each<[flags: string[], docker: unknown[], container: unknown[]]>([
  [[], [{ image: 'load' }], []],
  [['--load'], [{ image: 'load' }], [{ image: 'load' }]],
  [['--push'], [{ image: 'push+load' }], [{ image: 'push' }]],
  [['--push', '--load'], [{ image: 'push+load' }], [{ image: 'push+load' }]],
  [['-o', 'type=image'], [{ image: 'load' }], [{ image: '' }]],
  [['-o', 'type=image,push=true'], [{ image: 'push+load' }], [{ image: 'push' }]],
  [['-o', 'type=image,push='], [{ image: 'push+load' }], [{ image: 'push' }]],
  [['-o', 'type=image,push=0'], [{ image: 'load' }], [{ image: '' }]],
  [['-o', 'type=registry'], [{ image: 'push+load' }], [{ image: 'push' }]],
  [['-o', 'type=docker'], [{ image: 'load' }], [{ image: 'load' }]],
  [['-o', 'type=image', '--push'], [{ image: 'push+load' }], [{ image: 'push' }]],
  [['-o', 'type=docker,dest=a.tar'], [{ docker: 'a.tar' }], [{ docker: 'a.tar' }]],
  [['-o', 'type=oci'], [{ oci: '-' }], [{ oci: '-' }]],
  [['-o', 'type=tar,dest=-'], [{ tar: '-' }], [{ tar: '-' }]],
  [['-o', '-'], [{ tar: '-' }], [{ tar: '-' }]],
  [['-o', 'out'], [{ local: 'out' }], [{ local: 'out' }]],
  [['-o', 'a=b'], [{ local: 'a=b' }], [{ local: 'a=b' }]],
  [['-o', 'type=local,"dest=a,b"'], [{ local: 'a,b' }], [{ local: 'a,b' }]],
  [['-o', 'type=cacheonly'], [], []],
  [
    ['-o', 'out', '--push'],
    [{ local: 'out' }, { image: 'push+load' }],
    [{ local: 'out' }, { image: 'push' }],
  ],
  [
    ['-o', 'out', '-o', 'type=image'],
    [{ local: 'out' }, { image: 'load' }],
    [{ local: 'out' }, { image: '' }],
  ],
])('%j', (flags, withDocker, withContainer) => {
  expect(outputs(docker, ...flags)).toEqual(withDocker);
  expect(outputs(container, ...flags)).toEqual(withContainer);
});

test.each(['type=local', 'type=image,push=maybe', 'type=s3,bucket=x', 'dest=a,name=b', 'out,x', 'type=tar,de"st=x'])(
  '%j is refused before anything is built',
  (output) => {
    expect(() => outputs(docker, '-o', output)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);

test('names and options of an image output are told apart', () => {
  const flag = 'type=image,"name=a:1,b:2",push=true,compression=zstd,unpack=true,annotation.x=y';
  const [output] = outputsOf(requestOf('-o', flag, '.'), docker);
  expect(output).toEqual({
    kind: 'image',
    names: ['a:1', 'b:2'],
    push: true,
    load: true,
    pushByDigest: false,
    shaping: new Map([
      ['compression', 'zstd'],
      ['annotation.x', 'y'],
    ]),
  });
});

test('a builder made with default-load loads what no flag places', () => {
  const loads: Builder = { name: 'ci', driver: 'docker-container', store: undefined, defaultLoad: true };
  expect(outputsOf(requestOf('.'), loads)).toEqual([
    expect.objectContaining({ kind: 'image', load: true, push: false }),
  ]);
});
