import { expectOnly, noReference, splitReference } from '../client/reference.ts';

/** One secret of a config. */
export interface DopplerReference {
  name: string;
  /** Undefined: the ambient one. */
  project?: string | undefined;
  config?: string | undefined;
}

/** A store of Doppler, by HTTP or by command. */
export interface DopplerStore {
  fetch(wanted: DopplerReference): Promise<{ value: Buffer }>;
  close(): Promise<void>;
}

const form = { store: 'Doppler', form: 'doppler://PROJECT/CONFIG/NAME, or doppler://NAME' };

// what Doppler itself takes for a name; no token looks like one
const nameForm = /^[A-Z_][A-Z0-9_]*$/;
const slugForm = /^[A-Za-z0-9][\w.-]*$/;

/** Reads `doppler://PROJECT/CONFIG/NAME` and `doppler://NAME`; throws `CONFIG_INVALID`. */
export function parseDoppler(reference: string): DopplerReference {
  const parts = splitReference(reference, ['doppler'], form);
  expectOnly(parts, form);
  const segments = parts.path.split('/');
  const name = segments.at(-1) ?? '';
  if (!nameForm.test(name)) throw noReference(form, 'its last part is not the name of a secret');
  if (segments.length === 1) return { name };
  const [project = '', config = ''] = segments;
  if (segments.length !== 3) throw noReference(form, 'it has neither one part nor three');
  if (!slugForm.test(project) || !slugForm.test(config)) {
    throw noReference(form, 'its project or config is not a name of one');
  }
  return { project, config, name };
}

/** Where a secret is looked for, for messages: `config prd of project web`, or `the ambient config`. */
export function placeOf({ project, config }: DopplerReference): string {
  return project === undefined || config === undefined
    ? 'the ambient config'
    : `config ${config} of project ${project}`;
}
