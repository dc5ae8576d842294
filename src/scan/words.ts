import type { ImageLocation } from '../finding.ts';
import { partialForm } from './forms/index.ts';

/** What a message needs beside the location. */
export interface Circumstances {
  /** Member path inside the file, e.g. of a tar within a layer. */
  inside: string;
  /** The value is in the name or another header of the file, not in its content. */
  header: boolean;
  /** All encodings seen there, `raw` left out. */
  forms: readonly string[];
  /** How often it was seen there. */
  count: number;
}

/** The sentence of a finding: `what` is the secret's name, or what was recognised. `location` is masked already. */
export function leakMessage(what: string, location: ImageLocation, circumstances: Circumstances): string {
  const { inside, header, count } = circumstances;
  const subject = circumstances.forms.includes(partialForm) ? `a long part of ${what}` : what;
  const forms = circumstances.forms.filter((form) => form !== partialForm);
  const parts = [
    `${capitalized(subject)} is in ${header && location.path !== undefined ? 'the name or header of ' : ''}${placeWords(location)}`,
  ];
  if (inside !== '') parts.push(`, inside ${inside}`);
  if (forms.length > 0) parts.push(`, as ${forms.join(', ')}`);
  if (count > 1) parts.push(`, ${count} times`);
  if (location.visible === false) parts.push('; a later layer hides the file, but it still ships');
  return parts.join('');
}

/** `a private key` begins the sentence; a name stays as it is. */
function capitalized(what: string): string {
  return what.replace(/^an? /, (article) => `A${article.slice(1)}`);
}

function placeWords(location: ImageLocation): string {
  const { place, path, platform } = location;
  const of = platform === undefined ? '' : ` of ${platform}`;
  switch (place) {
    case 'layer':
      return `layer ${location.layer} of ${location.layers}${of}${path === undefined ? '' : `, /${path}`}`;
    case 'config':
      return `the image config${of}${configWords(path)}`;
    case 'attestation':
      return `an attestation${of}${at(path)}`;
    case 'index':
      return `the image index${at(path)}`;
    case 'manifest':
      return `the image manifest${of}${at(path)}`;
    case 'blob':
      if (location.artifact === 'cache') return `the exported build cache${at(path)}`;
      return `blob ${location.digest ?? ''}${at(path)}`;
    case 'archive':
      return path === undefined ? 'a file name or header of the archive' : path;
  }
}

function at(path: string | undefined): string {
  return path === undefined ? '' : `, at ${path}`;
}

function configWords(path: string | undefined): string {
  if (path === undefined) return '';
  if (path.startsWith('/config/Env/')) return ', in ENV';
  if (path.startsWith('/config/Labels/')) return `, in LABEL ${path.slice('/config/Labels/'.length)}`;
  if (path.startsWith('/config/OnBuild/')) return ', in ONBUILD';
  if (path.startsWith('/history/')) return `, in the history${at(path)}`;
  return at(path);
}
