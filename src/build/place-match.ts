import type { ImageLocation } from '../finding.ts';
import { matchesGlob } from './glob.ts';

/**
 * Whether an allowance's `place` is where a finding is.
 *
 * A word stands for what is no file (`config` is all of the image config but its history); everything else is a glob of
 * file paths from the root of the image: `*` and `?` within a name, `**` for any folders. A folder does not stand for what
 * is in it. What is inside an archive is at the archive's path.
 */
export function isAt(place: string, location: ImageLocation): boolean {
  const spot = spotOf(location);
  return isWord(place) ? spot.words.some((word) => matchesGlob(place, word)) : isPath(place, spot.path);
}

/** Whether a file of an image or artifact is one that the glob means; no glob means a path that goes up. */
export function isPath(glob: string, path: string | undefined): boolean {
  if (path === undefined || path.split('/').includes('..')) return false;
  return matchesGlob(fromRoot(glob), fromRoot(path));
}

/** Without empty and `.` steps. */
function fromRoot(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}

function isWord(place: string): boolean {
  return /^(?:config|history|manifest|index|attestation)$|^(?:label|annotation):/.test(place);
}

interface Spot {
  words: readonly string[];
  /** Of a file. */
  path?: string;
}

function spotOf(location: ImageLocation): Spot {
  const { place, path } = location;
  switch (place) {
    case 'layer':
    case 'archive':
      return path === undefined ? { words: [] } : { words: [], path };
    case 'blob':
      // of a JSON blob the path is a pointer
      return path === undefined || path.startsWith('/') ? { words: [] } : { words: [], path };
    case 'config':
      if (path?.startsWith('/history')) return { words: ['history'] };
      return { words: ['config', ...named('label', /^\/config\/Labels\/([^/]*)/, path)] };
    case 'manifest':
    case 'index':
      return { words: [place, ...named('annotation', /\/annotations\/([^/]*)/, path)] };
    case 'attestation':
      return { words: [place] };
  }
}

/** `label:NAME` of a JSON pointer. Its escapes: RFC 6901, 3. */
function named(word: string, pointer: RegExp, path: string | undefined): string[] {
  const name = pointer.exec(path ?? '')?.[1];
  return name === undefined ? [] : [`${word}:${name.replaceAll('~1', '/').replaceAll('~0', '~')}`];
}
