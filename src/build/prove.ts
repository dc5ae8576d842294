import { readFile } from 'node:fs/promises';
import type { Held } from '../buildx/index.ts';
import { type Dockerfile, type Instruction, parseDockerfile } from '../dockerfile/index.ts';
import type { Finding, ImageLocation } from '../finding.ts';
import { directorySource, type ImageSource, openSource, tarSource } from '../image/index.ts';
import {
  compileSearch,
  type Incomplete,
  leakRemedy,
  type ScanResult,
  type Search,
  scanBytes,
  scanImage,
} from '../scan/index.ts';
import type { BuildHost } from './host.ts';
import type { Sources } from './sources.ts';
import { baseOf, locationOf, type Traced, traceHistory } from './trace.ts';
import { verdictPlace } from './verdict-place.ts';
import { withWithheld } from './withheld.ts';

/** What the proof of one build says. */
export interface Proof {
  findings: readonly Finding[];
  incomplete: readonly Incomplete[];
  results: readonly ScanResult[];
}

export interface ProofOptions {
  held: readonly Held[];
  sources: Sources;
  /** The Dockerfile that was built; its lines are those of the user's file. */
  dockerfileText?: string;
  target?: string;
  /** Image id, for an image that lies in the engine's store. */
  imageId?: string;
  /** For the secrets of `sources`, where it is compiled already. */
  search?: Search;
  /** Digests of layers whose bytes stayed with the engine. */
  withheld?: ReadonlySet<string>;
  /** Small files that the build wrote about itself, e.g. `--metadata-file`. */
  written: readonly { path: string; shown: string }[];
}

/** Searches everything that the build made, before anything of it is published. */
export async function prove(options: ProofOptions, host: BuildHost): Promise<Proof> {
  const results: ScanResult[] = [];
  const findings: Finding[] = [];
  const search = options.search ?? compileSearch(options.sources.secrets.secrets);
  const { context, config } = options.sources;
  const verdicts = await verdictPlace(host.env, context.kind === 'folder' ? context.dir : undefined);
  for (const held of options.held) {
    const source = await sourceOf(held, options, host);
    try {
      const result = await scanImage(source, search, {
        signal: host.signal,
        limits: config.scan,
        detectors: config.detectors,
        ...(verdicts === undefined ? {} : { verdicts }),
        ...(held.kind === 'cache' ? { artifact: 'cache' } : {}),
      });
      results.push(result);
      findings.push(...locate(result, options));
    } finally {
      await source.close();
    }
  }
  for (const file of options.written) findings.push(...(await searchWritten(file, search)));
  return { findings, incomplete: results.flatMap((result) => result.incomplete), results };
}

/** A file that the build writes about itself; it goes to the user, and with a CI's artifacts to everybody. */
async function searchWritten({ path, shown }: { path: string; shown: string }, search: Search): Promise<Finding[]> {
  const hits = scanBytes(await readFile(path), search);
  const names = [...new Set(hits.map((hit) => hit.secret))];
  const location = { kind: 'image', place: 'archive', path: shown, artifact: 'metadata' } as const;
  return names.map((secret) => ({
    rule: 'leak',
    level: 'error',
    secret,
    message: `${secret} stands in ${shown}, which the build writes.`,
    remedy: leakRemedy(secret, location),
    location,
  }));
}

async function sourceOf(held: Held, options: ProofOptions, host: BuildHost): Promise<ImageSource> {
  switch (held.kind) {
    case 'layout':
      return withWithheld(directorySource(held.dir, 'image'), options.withheld ?? new Set());
    case 'cache':
      return directorySource(held.dir, 'image');
    case 'folder':
      return directorySource(held.path, held.output.kind === 'local' ? 'files' : 'image');
    case 'file':
      return openSource(held.path, held.output.kind === 'tar' ? 'files' : 'image');
    case 'engine':
      return savedImage(options.imageId ?? '', host);
  }
}

/** An image of the engine's store as `docker save` streams it; a save that fails makes the proof fail. */
export function savedImage(image: string, host: Pick<BuildHost, 'docker' | 'signal'>): ImageSource {
  const child = host.docker.start(['save', image], { input: new Uint8Array(), signal: host.signal });
  const words: Uint8Array[] = [];
  const drained = (async () => {
    for await (const chunk of child.stderr) words.push(chunk);
  })();
  const source = tarSource(`docker save ${image}`, child.stdout, 'image');
  return {
    ...source,
    async *entries(observer) {
      yield* source.entries(observer);
      await drained;
      if ((await child.exit) !== 0)
        observer.problem(`docker save ${image}`, `it failed: ${Buffer.concat(words).toString().trim()}`);
    },
  };
}

/** Adds to each finding the instruction that made the bytes, or the base image, and the remedy that goes with it. */
function locate(result: ScanResult, options: ProofOptions): Finding[] {
  if (options.dockerfileText === undefined) return [...result.findings];
  const dockerfile = parseDockerfile(options.dockerfileText);
  const path = options.sources.dockerfile?.file.shown ?? 'Dockerfile';
  const base = baseOf(dockerfile, options.target);
  return result.findings.map((finding) => {
    if (finding.location.kind !== 'image') return finding;
    const madeBy = makerOf(finding.location, result, dockerfile, options.target);
    if (madeBy === undefined) return finding;
    return madeBy === 'base' ? ofBase(finding, base) : madeByLine(finding, madeBy, path);
  });
}

/** A declared secret in the base image is a leak like any other; what a detector recognised there is not the user's own. */
function ofBase(finding: Finding, base: string | undefined): Finding {
  const location: ImageLocation = {
    ...(finding.location as ImageLocation),
    madeBy: 'base',
    ...(base === undefined ? {} : { base }),
  };
  const remedy = leakRemedy(finding.secret ?? 'it', location);
  return { ...finding, ...(finding.secret === undefined ? { level: 'note' } : {}), location, remedy };
}

function madeByLine(finding: Finding, instruction: Instruction, path: string): Finding {
  const location: ImageLocation = { ...(finding.location as ImageLocation), madeBy: locationOf(instruction, path) };
  if (finding.secret === undefined) return { ...finding, location };
  const from = instruction.flags.find(({ name }) => name === 'from')?.value;
  const maker = { keyword: instruction.keyword, ...(from === undefined ? {} : { from }) };
  return { ...finding, location, remedy: leakRemedy(finding.secret, location, maker) };
}

function makerOf(location: ImageLocation, result: ScanResult, dockerfile: Dockerfile, target?: string): Traced {
  const image = result.identity.manifests.find((candidate) => candidate.platform === location.platform);
  if (image === undefined) return undefined;
  const entry = /^\/history\/(\d+)\//.exec(location.path ?? '')?.[1];
  const at =
    location.place === 'layer' && location.layer !== undefined
      ? image.layerHistory[location.layer - 1]
      : location.place === 'config' && entry !== undefined
        ? Number(entry)
        : undefined;
  return at === undefined ? undefined : traceHistory(dockerfile, target, image.keywords)[at];
}
