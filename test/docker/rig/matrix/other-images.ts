import { Bed, type Case } from './case.ts';

/** A small image for two platforms, with the flags of its build. */
export interface PlatformImage {
  cases: readonly Case[];
  /** Of them, those that are also in what `--cache-to mode=max` writes, and those that are only there. */
  cached: readonly Case[];
  files: ReadonlyMap<string, string>;
  flags: readonly string[];
}

const attestation = { place: 'attestation' } as const;

/**
 * What only an index of several platforms, its attestations and a cache can hold: built from scratch, so that nothing has to
 * run on the other platform, with layers in zstd.
 */
export function platformImage(): PlatformImage {
  const bed = new Bed('index', 'index');
  const cache = new Bed('cache', 'cache');
  const layer = (path: string) => ({ place: 'layer', path, form: '', visible: true }) as const;
  const blob = (path: string) => ({ place: 'blob', path, form: '' }) as const;
  const everywhere = (title: string) => bed.add(title, 'layer in zstd', [layer('common.txt')]);
  const common = everywhere('layer in zstd');
  const arm = bed.add('only on the other platform', 'layer of linux/arm64', [layer('arch.txt')]);
  const comment = bed.add('comment in the Dockerfile', 'provenance', [attestation]);
  const unused = bed.add('--build-arg that nothing uses', 'provenance', [attestation]);
  const manifest = bed.add('annotation of a manifest', 'manifest', [{ place: 'manifest', path: /^\/annotations\// }]);
  const index = bed.add('annotation of the index', 'index', [
    { place: 'index', path: /^\/annotations\// },
    { place: 'index' },
  ]);
  const discarded = cache.add('file of a discarded stage', 'cache export', [blob('builder/token.txt')]);
  const dockerfile = [
    `# ${comment}`,
    'FROM scratch AS builder',
    'COPY builder /builder',
    'FROM scratch',
    'ARG TARGETARCH',
    'COPY common.txt /',
    `COPY \${TARGETARCH}.txt /arch.txt`,
    'COPY --from=builder /builder/public.txt /',
    '',
  ].join('\n');
  const [inCommon, inArm] = bed.cases as [Case, Case, ...Case[]];
  return {
    cases: bed.cases,
    cached: [
      ...cache.cases,
      { ...inCommon, expected: [blob('common.txt')] },
      { ...inArm, expected: [blob('arch.txt')] },
    ],
    files: new Map([
      ['Dockerfile', dockerfile],
      ['common.txt', `TOKEN=${common}\n`],
      ['amd64.txt', 'nothing\n'],
      ['arm64.txt', `TOKEN=${arm}\n`],
      ['builder/token.txt', `TOKEN=${discarded}\n`],
      ['builder/public.txt', 'built\n'],
    ]),
    flags: [
      '--platform=linux/amd64,linux/arm64',
      '--provenance=mode=max',
      `--build-arg=UNUSED=${unused}`,
      `--annotation=manifest:com.example.a=${manifest}`,
      `--annotation=index:com.example.b=${index}`,
    ],
  };
}
