import { expect, test } from '@jest/globals';
import type { Builder } from '../../../src/buildx/engine.ts';
import { type Hold, holdBack } from '../../../src/buildx/hold.ts';
import { requestOf } from './command-line.ts';

const workDir = '/private';
const containerd: Builder = { name: 'default', driver: 'docker', store: 'containerd', defaultLoad: false };
const graphdriver: Builder = { name: 'default', driver: 'docker', store: 'graphdriver', defaultLoad: false };
const container: Builder = { name: 'ci', driver: 'docker-container', store: undefined, defaultLoad: false };

function hold(builder: Builder, flags: readonly string[], noDefaultAttestations = false): Hold {
  return holdBack(requestOf(...flags, '.'), { builder, workDir, noDefaultAttestations });
}

function shown(...args: Parameters<typeof hold>): string {
  const { held, args: flags } = hold(...args);
  return `${held.map(({ kind }) => kind).join('+')} | ${flags.join(' ')}`;
}

const layout = 'type=oci,tar=false,dest=/private/output-0';
const plain = `${layout},oci-mediatypes=false`;

// Which digests these give was measured with both stores and a docker-container builder (buildkit.md 1.9).
test.each<[flags: string[], containerd: string, graphdriver: string, container: string]>([
  [[], `layout | --output ${layout} --provenance=mode=min`, 'engine | ', ' | --output type=cacheonly'],
  [['--load'], `layout | --output ${layout} --provenance=mode=min`, 'engine | ', `layout | --output ${plain}`],
  [
    ['--push'],
    `layout | --output ${layout} --provenance=mode=min`,
    'engine | ',
    `layout | --output ${layout} --provenance=mode=min`,
  ],
  [['--provenance=false'], `layout | --output ${plain}`, 'engine | ', ' | --output type=cacheonly'],
  [['--provenance=mode=max'], `layout | --output ${layout}`, 'engine | ', ' | --output type=cacheonly'],
  [['--provenance='], `layout | --output ${layout} --provenance=mode=min`, 'engine | ', ' | --output type=cacheonly'],
  [['--provenance=F', '--sbom=1'], `layout | --output ${layout}`, 'engine | ', ' | --output type=cacheonly'],
  [
    ['--attest', 'type=provenance,disabled=true'],
    `layout | --output ${plain}`,
    'engine | ',
    ' | --output type=cacheonly',
  ],
  [
    ['--attest', 'type=sbom'],
    `layout | --output ${layout} --provenance=mode=min`,
    'engine | ',
    ' | --output type=cacheonly',
  ],
  [['--provenance=0', '--annotation', 'a=b'], `layout | --output ${layout}`, 'engine | ', ' | --output type=cacheonly'],
  [
    ['-o', 'out'],
    'folder | --output type=local,dest=/private/output-0',
    'folder | --output type=local,dest=/private/output-0',
    'folder | --output type=local,dest=/private/output-0',
  ],
  [
    ['-o', 'type=oci,dest=a.tar,compression=zstd'],
    'file | --output type=oci,dest=/private/output-0,compression=zstd',
    'file | --output type=oci,dest=/private/output-0,compression=zstd',
    'file | --output type=oci,dest=/private/output-0,compression=zstd',
  ],
  [
    ['-o', 'type=oci,dest=d,tar=false'],
    'folder | --output type=oci,dest=/private/output-0,tar=false',
    'folder | --output type=oci,dest=/private/output-0,tar=false',
    'folder | --output type=oci,dest=/private/output-0,tar=false',
  ],
  [
    ['-o', '-'],
    'file | --output type=tar,dest=/private/output-0',
    'file | --output type=tar,dest=/private/output-0',
    'file | --output type=tar,dest=/private/output-0',
  ],
  [['-o', 'type=cacheonly'], ' | --output type=cacheonly', ' | --output type=cacheonly', ' | --output type=cacheonly'],
])('%j is led into quarantine', (flags, ...expected) => {
  expect([containerd, graphdriver, container].map((builder) => shown(builder, flags))).toEqual(expected);
});

test('without default attestations an image has the media types that docker would have written', () => {
  expect(shown(containerd, [], true)).toBe(`layout | --output ${plain}`);
  expect(shown(containerd, ['-o', 'type=image,oci-mediatypes=true'], true)).toBe(
    `layout | --output ${layout},oci-mediatypes=true`,
  );
});

test('an image of the graphdriver store is named beside another output, and with options that shape it', () => {
  expect(shown(graphdriver, ['-o', 'type=image,rewrite-timestamp=true,name=x'])).toBe(
    'engine | --output type=image,rewrite-timestamp=true',
  );
  expect(shown(graphdriver, ['-o', 'type=docker', '-o', 'out'])).toBe(
    'engine+folder | --output type=image --output type=local,dest=/private/output-1',
  );
});

test('names of an output shape a layout only where no tag does, so that they are searched too', () => {
  const flags = ['-o', 'type=image,"name=a:1,b:2"'];
  expect(shown(containerd, flags)).toBe(`layout | --output ${layout},"name=a:1,b:2" --provenance=mode=min`);
  expect(shown(containerd, ['-t', 'c:1', ...flags])).toBe(`layout | --output ${layout} --provenance=mode=min`);
});

test.each([
  ['type=registry,ref=host/cache,mode=max', 'cache | --cache-to type=local,dest=/private/cache-0,mode=max'],
  ['host/cache:main', 'cache | --cache-to type=local,dest=/private/cache-0'],
  [
    'type=local,dest=c,tag=main,compression=zstd',
    'cache | --cache-to type=local,dest=/private/cache-0,compression=zstd,tag=main',
  ],
  ['type=inline', ' | --cache-to type=inline'],
])('the cache export %j is led into a folder, except where it is part of the image', (spec, expected) => {
  expect(shown(container, ['--cache-to', spec])).toBe(`${expected} --output type=cacheonly`);
});

test.each(['type=gha,mode=max', 'type=s3,bucket=b,region=r,name=n', 'type=azblob,name=n'])(
  'the cache export %j, which only BuildKit could write, is refused',
  (spec) => {
    expect(() => hold(container, ['--cache-to', spec])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);

test.each(['type=gha,mode=max', 'type=s3,bucket=x', 'type=local', 'type=registry,mode=max'])(
  'the cache export %j cannot be held back, and is refused',
  (spec) => {
    expect(() => hold(container, ['--cache-to', spec])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);

test('every output has a place of its own', () => {
  const { held } = hold(containerd, [
    '-o',
    'a',
    '-o',
    'type=oci,dest=b',
    '--push',
    '--cache-to',
    'x',
    '--cache-to',
    'y',
  ]);
  const places = held.map((one) => ('dir' in one ? one.dir : 'path' in one ? one.path : ''));
  expect(new Set(places).size).toBe(5);
  for (const place of places) expect(place.startsWith(`${workDir}/`)).toBe(true);
});

test('no flag of the held-back build publishes, whatever is asked for', () => {
  const asked = ['--push', '-o', 'type=image,name=x,push=true', '-o', 'type=registry,name=y', '-o', 'type=docker'];
  for (const builder of [containerd, graphdriver, container]) {
    const { args } = hold(builder, asked);
    expect(args.join(' ')).not.toMatch(/push|registry|type=docker|--load/);
    // A layout may carry names, a store would show them.
    if (builder.store === 'graphdriver') expect(args.join(' ')).not.toContain('name=');
  }
});
