import { join } from 'node:path';
import { SafebuildError } from '../errors.ts';
import { attestationsOf } from './attestations.ts';
import { formatFields, parseFields } from './csv.ts';
import type { Builder } from './engine.ts';
import { type FileOutput, type ImageOutput, type Output, outputsOf } from './outputs.ts';
import type { BuildRequest } from './request.ts';

/** A result of the build that nobody but safebuild can see yet. */
export type Held =
  /** An image as an OCI layout folder. */
  | { kind: 'layout'; dir: string; output: ImageOutput }
  /** An image in the engine's store without any tag; its id is in the build's iidfile. */
  | { kind: 'engine'; output: ImageOutput }
  /** A single file: a tar, or an image archive. */
  | { kind: 'file'; path: string; output: FileOutput }
  /** A folder: an exported filesystem, or an OCI layout where `output.kind` is `oci`. */
  | { kind: 'folder'; path: string; output: FileOutput }
  /** A cache export, as an OCI layout folder. */
  | { kind: 'cache'; dir: string; destination: CacheDestination };

/** Where a cache export goes after the proof. */
export type CacheDestination = { type: 'local'; dest: string } | { type: 'registry'; ref: string };

export interface Hold {
  /** The flags that lead every result into quarantine, in place of those that named its destination. */
  args: readonly string[];
  held: readonly Held[];
}

export interface HoldOptions {
  builder: Builder;
  /** Private folder for this build. */
  workDir: string;
  /** True when BUILDX_NO_DEFAULT_ATTESTATIONS is set to a true value. */
  noDefaultAttestations: boolean;
}

/**
 * Leads every output of a build into quarantine, with the bytes that `docker build` would have published.
 *
 * An image becomes an OCI layout folder where the builder can write one. The engine's graphdriver store cannot; there the
 * image is built without a tag. Measured (buildkit.md 1.9): the layout has the digest of the image store only if the
 * attestations are asked for explicitly, and without attestations only with Docker's media types.
 */
export function holdBack(request: BuildRequest, options: HoldOptions): Hold {
  const outputs = outputsOf(request, options.builder);
  const args: string[] = [];
  const held: Held[] = [];
  for (const [index, output] of outputs.entries()) {
    const path = join(options.workDir, `output-${index}`);
    const item = output.kind === 'image' ? holdImage(output, path, options) : holdFile(output, path);
    held.push(item.held);
    args.push(...item.args(request, options));
  }
  for (const [index, spec] of request.cacheTo.entries()) {
    const item = holdCache(spec, join(options.workDir, `cache-${index}`));
    if (item.held) held.push(item.held);
    args.push('--cache-to', item.spec);
  }
  // Said even where it is the default: a builder may have a default of its own, which nobody would hold back.
  if (outputs.length === 0) args.push('--output', 'type=cacheonly');
  args.push(...attestationArgs(request, outputs, options));
  return { args, held };
}

interface HeldOutput {
  held: Held;
  args(request: BuildRequest, options: HoldOptions): string[];
}

function holdImage(output: ImageOutput, dir: string, { builder }: HoldOptions): HeldOutput {
  // Without a tag the graphdriver store keeps the image where only its id leads to it.
  if (builder.store === 'graphdriver') return { held: { kind: 'engine', output }, args: engineArgs(output) };
  return {
    held: { kind: 'layout', dir, output },
    args: (request, options) => {
      const shaping = new Map(output.shaping);
      const names = request.tags.length > 0 ? [] : output.names;
      const plain = !isAttested(request, output, options) && request.annotations.length === 0;
      if (plain && !shaping.has('oci-mediatypes')) shaping.set('oci-mediatypes', 'false');
      const fields: [string, string][] = [['type', 'oci'], ['tar', 'false'], ['dest', dir], ...shaping];
      if (names.length > 0) fields.push(['name', names.join(',')]);
      return ['--output', formatFields(fields)];
    },
  };
}

/** No flag at all means the engine's store; beside another output, or with options, it must be named. */
function engineArgs(output: ImageOutput): HeldOutput['args'] {
  const named = ['--output', formatFields([['type', 'image'], ...output.shaping])];
  return (request) => (request.outputs.length === 0 && output.shaping.size === 0 ? [] : named);
}

function holdFile(output: FileOutput, path: string): HeldOutput {
  const isFolder = output.kind === 'local' || output.options.get('tar') === 'false';
  const fields: [string, string][] = [['type', output.kind], ['dest', path], ...output.options];
  const held: Held = isFolder ? { kind: 'folder', path, output } : { kind: 'file', path, output };
  return { held, args: () => ['--output', formatFields(fields)] };
}

/** Options of a cache export that shape its bytes, whatever its type. */
const cacheShaping = [
  'mode',
  'compression',
  'compression-level',
  'force-compression',
  'oci-mediatypes',
  'image-manifest',
];

/** Cache goes out during a build, so it is written to a folder first; an inline cache is part of the image. */
function holdCache(spec: string, dir: string): { held?: Held; spec: string } {
  const fields = spec.includes('=')
    ? parseFields(spec, '--cache-to')
    : new Map([
        ['type', 'registry'],
        ['ref', spec],
      ]);
  if (fields.get('type') === 'inline') return { spec };
  const destination = cacheDestination(fields);
  const kept = destination.type === 'local' ? [...cacheShaping, 'tag'] : cacheShaping;
  const shaping = kept.flatMap((key): [string, string][] => {
    const value = fields.get(key);
    return value === undefined ? [] : [[key, value]];
  });
  const held: Held = { kind: 'cache', dir, destination };
  return { held, spec: formatFields([['type', 'local'], ['dest', dir], ...shaping]) };
}

/** Throws USAGE for a cache that only BuildKit itself could write, while it builds: nothing could be searched before. */
function cacheDestination(fields: ReadonlyMap<string, string>): CacheDestination {
  const type = fields.get('type') ?? '';
  const [dest, ref] = [fields.get('dest'), fields.get('ref')];
  if (type === 'local' && dest) return { type, dest };
  if (type === 'registry' && ref) return { type, ref };
  const known = type === 'local' || type === 'registry';
  throw new SafebuildError(
    'USAGE',
    known
      ? `--cache-to type=${type} does not say where to.`
      : `safebuild cannot hold back --cache-to type=${type}, so it cannot prove it.`,
    { hint: known ? 'Add dest=FOLDER or ref=IMAGE.' : 'Use type=registry, type=local or type=inline.' },
  );
}

/** Makes explicit what buildx would have added to an image by itself, and would not add to a layout. */
function attestationArgs(request: BuildRequest, outputs: readonly Output[], options: HoldOptions): string[] {
  const image = outputs.find((output) => output.kind === 'image');
  if (image?.kind !== 'image' || options.builder.store === 'graphdriver') return [];
  return isAttestedByDefault(request, image, options) ? ['--provenance=mode=min'] : [];
}

function isAttested(request: BuildRequest, output: ImageOutput, options: HoldOptions): boolean {
  return attestationsOf(request).some(({ wanted }) => wanted) || isAttestedByDefault(request, output, options);
}

/** Other drivers load through a docker archive, which has no room for attestations, unless they push too. */
function isAttestedByDefault(request: BuildRequest, output: ImageOutput, options: HoldOptions): boolean {
  const asked = attestationsOf(request).some(({ type }) => type === 'provenance');
  const takes = options.builder.store === 'containerd' || output.push;
  return takes && !asked && !options.noDefaultAttestations;
}
