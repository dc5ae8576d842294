import { unreachable } from '../errors.ts';
import type { ImageLocation, Location } from '../finding.ts';
import { octal } from './octal.ts';

/** A location in a few words: `Dockerfile:4`, `layer 3 of 5 › app/.npmrc`. */
export function describeLocation(location: Location): string {
  switch (location.kind) {
    case 'dockerfile':
      return `${location.path}:${location.line}`;
    case 'context':
      return location.line === undefined ? location.path : `${location.path}:${location.line}`;
    case 'flag':
      return location.flag;
    case 'image':
      return describeImageLocation(location);
    case 'configuration':
      return `${location.path}:${location.line}`;
    default:
      return unreachable(location);
  }
}

function describeImageLocation(location: ImageLocation): string {
  const { place, layer, layers, path, platform } = location;
  const what = place === 'layer' ? `layer ${layer} of ${layers}` : place === 'config' ? 'image config' : place;
  const where = path === undefined ? what : `${what} › ${path}`;
  return platform === undefined ? where : `${where} (${platform})`;
}

/** Mode and owner of the file, and where in it the value is; undefined where the archive says nothing of them. */
export function describeFile({ file, offset }: ImageLocation): string | undefined {
  if (file === undefined) return undefined;
  const owner = `${file.user ?? file.uid}:${file.group ?? file.gid}`;
  const open = (file.mode & 0o004) === 0 ? '' : ', readable by everyone';
  return `mode ${octal(file.mode)}, owner ${owner}${open}${offset === undefined ? '' : `, byte ${offset}`}`;
}

/** The Dockerfile line that made the bytes, where it is known. */
export function describeMaker({ madeBy, base, createdBy }: ImageLocation): string | undefined {
  if (madeBy === 'base') return base === undefined ? 'it came with the base image' : `the base image ${base}`;
  if (madeBy !== undefined) return `${madeBy.path}:${madeBy.line}`;
  return createdBy;
}
