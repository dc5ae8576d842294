import { SafebuildError } from '../errors.ts';
import { parseBoolean } from './boolean.ts';
import { parseFields, splitRecord } from './csv.ts';
import type { Builder } from './engine.ts';
import type { BuildRequest } from './request.ts';

/** An image for a store or a registry. */
export interface ImageOutput {
  kind: 'image';
  /** Names beyond `--tag`, from `name=`. */
  names: readonly string[];
  push: boolean;
  /** Whether the local engine gets it. */
  load: boolean;
  pushByDigest: boolean;
  /** Exporter options that shape the bytes: compression, oci-mediatypes, annotations, rewrite-timestamp. */
  shaping: ReadonlyMap<string, string>;
}

/** A file or folder on this machine. `dest` is as given; `-` is standard output. */
export interface FileOutput {
  kind: 'oci' | 'docker' | 'tar' | 'local';
  dest: string;
  /** Every option but `type` and `dest`. */
  options: ReadonlyMap<string, string>;
}

/** Where a build's result goes. No output at all leaves it in the build cache. */
export type Output = ImageOutput | FileOutput;

/** Options of the image exporter that say where the image goes, and not what its bytes are. */
const placing = new Set([
  'type',
  'name',
  'push',
  'push-by-digest',
  'name-canonical',
  'store',
  'unpack',
  'registry.insecure',
  'dangling-name-prefix',
  'dest',
]);

/**
 * What `docker build` would do with the result, spelled out.
 *
 * The defaults are those of buildx: with the docker driver no flag at all means the engine's image store, with any other
 * driver it means the build cache only, unless the builder was made with `default-load` (buildkit.md 1.8).
 */
export function outputsOf(request: BuildRequest, builder: Builder): Output[] {
  const outputs = request.outputs.flatMap((text) => toOutput(text, builder));
  if (request.push) addImage(outputs, { push: true, load: builder.driver === 'docker' });
  if (request.load) addImage(outputs, { push: false, load: true });
  const none = request.outputs.length === 0 && !request.push && !request.load;
  if (none && (builder.driver === 'docker' || builder.defaultLoad)) addImage(outputs, { push: false, load: true });
  return outputs;
}

/** Whether a result of the build is to go to standard output. */
export function writesToStdout(request: BuildRequest): boolean {
  const builder: Builder = { name: '', driver: 'docker', store: undefined, defaultLoad: false };
  return request.outputs
    .flatMap((text) => toOutput(text, builder))
    .some((output) => output.kind !== 'image' && output.dest === '-');
}

/** `--push` and `--load` join an image output that is there already, as in buildx. */
function addImage(outputs: Output[], wanted: { push: boolean; load: boolean }): void {
  const at = outputs.findIndex((output) => output.kind === 'image');
  const image = outputs[at];
  if (image?.kind === 'image') {
    outputs[at] = { ...image, push: image.push || wanted.push, load: image.load || wanted.load };
    return;
  }
  outputs.push({ kind: 'image', names: [], pushByDigest: false, shaping: new Map(), ...wanted });
}

function toOutput(text: string, builder: Builder): Output[] {
  // buildx: a bare word is a folder, also one like `a=b`, and a bare `-` a tar on standard output.
  const [field, ...more] = splitRecord(text, '--output');
  if (more.length === 0 && field === text && !text.startsWith('type=')) {
    return text === '-'
      ? [{ kind: 'tar', dest: '-', options: new Map() }]
      : [{ kind: 'local', dest: text, options: new Map() }];
  }
  const fields = parseFields(text, '--output');
  const type = fields.get('type');
  const dest = fields.get('dest');
  switch (type) {
    case 'image':
    case 'registry':
      return [toImage(fields, builder, type === 'registry')];
    case 'docker':
      if (dest === undefined) return [{ ...toImage(fields, builder, false), load: true }];
      return [toFile('docker', dest, fields)];
    case 'oci':
    case 'tar':
      return [toFile(type, dest ?? '-', fields)];
    case 'local':
      if (dest === undefined) {
        throw new SafebuildError('USAGE', '--output type=local needs dest=.', {
          hint: 'Write --output type=local,dest=FOLDER.',
        });
      }
      return [toFile('local', dest, fields)];
    case 'cacheonly':
      return [];
    default:
      throw new SafebuildError(
        'USAGE',
        `safebuild cannot hold back --output type=${type ?? ''}, so it cannot prove it.`,
        {
          hint: 'Use image, registry, docker, oci, tar, local or cacheonly.',
        },
      );
  }
}

function toFile(kind: FileOutput['kind'], dest: string, fields: ReadonlyMap<string, string>): FileOutput {
  return { kind, dest, options: new Map([...fields].filter(([key]) => key !== 'type' && key !== 'dest')) };
}

function toImage(fields: ReadonlyMap<string, string>, builder: Builder, registry: boolean): ImageOutput {
  const isTrue = (key: string): boolean => {
    const text = fields.get(key);
    const value = text === undefined || text === '' ? text !== undefined : parseBoolean(text);
    if (value !== undefined) return value;
    throw new SafebuildError('USAGE', `--output has a ${key}= that is neither true nor false.`, {
      hint: `Write ${key}=true or ${key}=false.`,
    });
  };
  return {
    kind: 'image',
    names: (fields.get('name') ?? '').split(',').filter((name) => name !== ''),
    push: registry || isTrue('push'),
    load: builder.driver === 'docker',
    pushByDigest: isTrue('push-by-digest'),
    shaping: new Map([...fields].filter(([key]) => !placing.has(key))),
  };
}
