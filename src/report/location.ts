import { unreachable } from '../errors.ts';
import type { ImageLocation, Location } from '../finding.ts';

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

/** The Dockerfile line that made the bytes, where it is known. */
export function describeMaker({ madeBy, createdBy }: ImageLocation): string | undefined {
  if (madeBy === 'base') return 'it came with the base image';
  if (madeBy !== undefined) return `${madeBy.path}:${madeBy.line}`;
  return createdBy;
}
