import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Builder, type BuildRequest, currentContext, type Held, type ImageOutput } from '../buildx/index.ts';
import { SafebuildError } from '../errors.ts';
import {
  fullName,
  loadLayout,
  normalizeReference,
  placeCache,
  placeFile,
  placeFolder,
  placeText,
  pushImage,
  readProved,
  rootDescriptor,
  tagImage,
} from '../publish/index.ts';
import type { BuildHost } from './host.ts';

/** What became public, and where. */
export interface Released {
  /** Digest of the image: of its index or manifest, or of its config with the graphdriver store, as docker itself reports it. */
  digest?: string;
  names: string[];
  pushed: { name: string; digest: string }[];
  /** Files and folders written, as the user named them. */
  files: string[];
}

export interface ReleaseOptions {
  request: BuildRequest;
  builder: Builder;
  held: readonly Held[];
  imageId?: string;
  /** Layers are missing from the layout, which the engine is to hold. */
  withheld: boolean;
  /** Called when the engine held all layers of an image before it was loaded. */
  onHeldBefore(): void;
  /** Where the build left what `--iidfile` and `--metadata-file` are to hold. */
  iidfile: string;
  metadataFile: string;
}

/**
 * Makes public exactly what was proved: loads, tags, pushes, and writes files, in this order.
 *
 * Throws LayersMissing, before anything is public, where the engine does not hold the layers that were withheld.
 */
export async function release(options: ReleaseOptions, host: BuildHost): Promise<Released> {
  const released: Released = { names: [], pushed: [], files: [] };
  // Local things first: a push cannot be taken back, so nothing may fail behind it that could have failed before.
  for (const held of options.held) await releaseLocally(held, options, host, released);
  for (const held of options.held) {
    if (held.kind === 'cache' && held.destination.type === 'registry')
      await pushCache(held.dir, held.destination.ref, host);
    else await push(held, options, host, released);
  }
  await writeRecords(options, host, released);
  return released;
}

async function releaseLocally(held: Held, options: ReleaseOptions, host: BuildHost, released: Released): Promise<void> {
  switch (held.kind) {
    case 'layout': {
      released.digest = (await rootDescriptor(held.dir)).digest;
      if (!held.output.load) return;
      const names = namesOf(held.output, options.request);
      host.phase(names.length > 0 ? `loading ${names.join(', ')}` : 'loading the image');
      const { heldBefore } = await loadLayout(host.docker, held.dir, names, {
        signal: host.signal,
        store: await ownStore(options, host),
        withheld: options.withheld,
      });
      if (heldBefore) options.onHeldBefore();
      released.names.push(...names);
      return;
    }
    case 'engine': {
      const names = namesOf(held.output, options.request);
      const id = options.imageId ?? '';
      await tagImage(host.docker, id, names);
      released.names.push(...names);
      released.digest = id;
      return;
    }
    case 'file':
      if (held.output.dest === '-') for await (const chunk of readProved(held.path)) await host.stdout(chunk);
      else await placeFile(held.path, resolve(host.cwd, held.output.dest));
      released.files.push(held.output.dest);
      return;
    case 'folder':
      await placeFolder(held.path, resolve(host.cwd, held.output.dest));
      released.files.push(held.output.dest);
      return;
    case 'cache':
      // A cache for a registry waits with the pushes.
      if (held.destination.type === 'local') await placeCache(held.dir, resolve(host.cwd, held.destination.dest));
  }
}

/** What the builder said of its store, where it is the very engine that docker would load into. */
async function ownStore({ builder }: ReleaseOptions, host: BuildHost): Promise<Builder['store']> {
  return builder.name === (await currentContext(host.docker, host.env)) ? builder.store : undefined;
}

async function push(held: Held, options: ReleaseOptions, host: BuildHost, released: Released): Promise<void> {
  if ((held.kind !== 'layout' && held.kind !== 'engine') || !held.output.push) return;
  const names = namesOf(held.output, options.request);
  if (names.length === 0) {
    throw new SafebuildError('USAGE', 'A push needs a name.', { hint: 'Add --tag REGISTRY/NAME:TAG.' });
  }
  for (const name of names) {
    host.phase(`pushing ${name}`);
    released.pushed.push({ name, digest: await pushOne(held, name, options, host) });
  }
}

/** With the docker driver the engine pushes what it was given; any other builder's image has never been in an engine. */
async function pushOne(
  held: Held & { kind: 'layout' | 'engine' },
  name: string,
  options: ReleaseOptions,
  host: BuildHost,
): Promise<string> {
  if (held.kind === 'engine') return pushImage(host.docker, name, { config: options.imageId ?? '' }, host.signal);
  const root = await rootDescriptor(held.dir);
  if (options.builder.driver === 'docker') return pushImage(host.docker, name, { digest: root.digest }, host.signal);
  return copyToRegistry(held.dir, name, host, held.output.pushByDigest);
}

/** The very folder that was searched: a second build would export what nobody looked at. */
async function pushCache(dir: string, ref: string, host: BuildHost): Promise<void> {
  host.phase(`pushing the cache ${ref}`);
  await copyToRegistry(dir, ref, host, false);
}

async function copyToRegistry(dir: string, name: string, host: BuildHost, byDigest: boolean): Promise<string> {
  const { findCredentials, parseReference, pushLayout } = await import('../registry/index.ts');
  const reference = parseReference(normalizeReference(name));
  return pushLayout(dir, await rootDescriptor(dir), reference, {
    credentials: () => findCredentials(reference.credentialKey, host.env),
    signal: host.signal,
    byDigest,
  });
}

function namesOf(output: ImageOutput, request: BuildRequest): readonly string[] {
  return request.tags.length > 0 ? request.tags : output.names;
}

/** Writes `--iidfile` and `--metadata-file` as buildx would have. */
async function writeRecords(options: ReleaseOptions, host: BuildHost, released: Released): Promise<void> {
  const { request } = options;
  if (request.iidfile !== undefined) {
    await placeText(await readFile(options.iidfile, 'utf8'), resolve(host.cwd, request.iidfile));
  }
  if (request.metadataFile === undefined) return;
  const metadata = JSON.parse(await readFile(options.metadataFile, 'utf8')) as Record<string, unknown>;
  // The graphdriver store built without names, which buildx would have noted.
  if (metadata['image.name'] === undefined && released.names.length > 0) {
    metadata['image.name'] = released.names.map(fullName).join(',');
  }
  await placeText(JSON.stringify(metadata, null, 2), resolve(host.cwd, request.metadataFile));
}
