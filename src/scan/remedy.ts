import type { ImageLocation } from '../finding.ts';
import { sshHostKeyTitle } from './detectors/index.ts';

/** ssh-keygen(1), -A. */
const sshHostKeyRemedy =
  'Delete the SSH host keys in the step that makes them or copies them, and let every container make its own when it starts (ssh-keygen -A).';

/** The instruction that made a layer or a history entry. */
export interface Maker {
  /** `COPY`. */
  keyword: string;
  /** `--from` of a COPY. */
  from?: string;
}

/**
 * The one change that mends a leak at that place, as an imperative sentence.
 *
 * `what` is the name of the secret, or what a detector recognised. `maker` is the instruction where it is known; else the
 * image's history says what it can.
 */
export function leakRemedy(
  what: string,
  location: ImageLocation,
  maker: Maker | undefined = makerOf(location),
): string {
  if (location.madeBy === 'base') {
    const base = location.base === undefined ? '' : ` ${location.base}`;
    return `Revoke ${what}: it came with the base image${base}, and whoever can pull that has it. Then build on one without it.`;
  }
  if (location.artifact !== undefined) return artifactRemedy(what, location.artifact);
  if (what === sshHostKeyTitle) return sshHostKeyRemedy;
  switch (location.place) {
    case 'layer':
      return layerRemedy(what, maker);
    case 'config':
      return configRemedy(what, location);
    case 'attestation':
      return `Do not pass ${what} as a build argument; use a secret mount, or build with --provenance=mode=min.`;
    case 'index':
    case 'manifest':
      return `Remove ${what} from the annotations and tags of the build.`;
    case 'blob':
      return `Keep ${what} out of what the build writes: nothing in the image needs this blob, but it ships with it.`;
    case 'archive':
      return `Keep ${what} out of the files that the build writes.`;
  }
}

function layerRemedy(what: string, maker: Maker | undefined): string {
  switch (maker?.keyword) {
    case 'COPY':
    case 'ADD':
      return maker.from === undefined
        ? `Keep the file out of the build context by .dockerignore; a RUN that needs ${what} gets it through a secret mount.`
        : `Do not copy the file from ${maker.from}, or use ${what} there through a secret mount that leaves none behind.`;
    case 'WORKDIR':
      return `Do not use ${what} in the name of a folder.`;
    default:
      return `Use ${what} through a secret mount, and write no file that holds it in the same step.`;
  }
}

function configRemedy(what: string, { path = '', createdBy = '' }: ImageLocation): string {
  const [, part = ''] = path.split('/').slice(path.startsWith('/config/') ? 1 : 0);
  if (path.startsWith('/history')) {
    return /^RUN \|\d/.test(createdBy)
      ? `Do not pass ${what} as a build argument, which every RUN keeps in the history; use a secret mount.`
      : `Do not pass ${what} as a build argument or write it in the Dockerfile; use a secret mount.`;
  }
  switch (part) {
    case 'Env':
      return `Do not set ${what} by ENV; hand it over when the container runs.`;
    case 'Labels':
      return `Take ${what} out of the label.`;
    case 'OnBuild':
      return `Take ${what} out of ONBUILD: it would run in every build on this image, and everybody can read it.`;
    case 'Cmd':
    case 'Entrypoint':
    case 'Healthcheck':
    case 'Shell':
      return `Do not write ${what} into ${part.toUpperCase()}; let the program read it from a variable or a file when the container runs.`;
    default:
      return `Do not set ${what} by ENV, LABEL, CMD or ENTRYPOINT; hand it over when the container runs.`;
  }
}

function artifactRemedy(what: string, artifact: NonNullable<ImageLocation['artifact']>): string {
  switch (artifact) {
    case 'cache':
      return `Use ${what} through a secret mount in the step that wrote it: a cache export holds all stages, also those that do not ship.`;
    case 'files':
      return `Write ${what} into none of the files that the build exports; use it through a secret mount.`;
    case 'metadata':
      return `Pass ${what} as a secret mount, not as a build argument or label.`;
  }
}

/** `COPY . . # buildkit`, `RUN |1 A=b /bin/sh -c x`, and the classic builder's `/bin/sh -c #(nop) COPY file:…`. */
function makerOf({ createdBy = '' }: ImageLocation): Maker | undefined {
  const keyword = /^(?:\/bin\/sh -c #\(nop\)\s+)?([A-Z]+)\s/.exec(createdBy)?.[1];
  return keyword === undefined ? undefined : { keyword };
}
