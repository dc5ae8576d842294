import { sourceFailed } from '../client/failures.ts';
import { expectOnly, noReference, splitReference } from '../client/reference.ts';
import type { Fetched } from '../provider.ts';

/** One secret of a folder of an environment. */
export interface InfisicalReference {
  /** An id or a slug. */
  project: string;
  environment: string;
  /** Begins with `/`. */
  folder: string;
  name: string;
}

/** A store of Infisical, by HTTP or by command. */
export interface InfisicalStore {
  fetch(wanted: InfisicalReference): Promise<Fetched>;
  close(): Promise<void>;
}

const form = {
  store: 'Infisical',
  form: 'infisical://PROJECT/ENVIRONMENT/NAME or infisical://PROJECT/ENVIRONMENT/FOLDER/NAME',
};

// none of them begins like a flag
const slugForm = /^[A-Za-z0-9][\w.-]*$/;
const folderForm = /^[\w-]+$/;
const nameForm = /^\w[^\s/\\:]*$/;

/** Reads `infisical://PROJECT/ENVIRONMENT[/FOLDER…]/NAME`; throws `CONFIG_INVALID`. */
export function parseInfisical(reference: string): InfisicalReference {
  const parts = splitReference(reference, ['infisical'], form);
  expectOnly(parts, form);
  const [project = '', environment = '', ...path] = parts.path.split('/');
  const name = path.pop() ?? '';
  if (!slugForm.test(project)) throw noReference(form, 'its first part is not the id or slug of a project');
  if (!slugForm.test(environment)) throw noReference(form, 'its second part is not the slug of an environment');
  if (!nameForm.test(name)) throw noReference(form, 'its last part is not the name of a secret');
  if (!path.every((folder) => folderForm.test(folder)))
    throw noReference(form, 'one of its folders is not a name of one');
  return { project, environment, folder: `/${path.join('/')}`, name };
}

/** Whether a project is named by its id: a UUID, or as old ones have it 24 hexadecimal digits. */
export function isProjectId(project: string): boolean {
  return /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24})$/.test(project);
}

/** What Infisical shows in place of a value that may be described but not read. */
export const hiddenText = '<hidden-by-infisical>';

/** The error of such a value. */
export function hidden(name: string): Error {
  const hint = 'Give this identity the right to read the values of this environment.';
  return sourceFailed(`Infisical hides the value of ${name} from this identity`, hint);
}

/** Where a secret is looked for, for messages. */
export function placeOf({ folder, environment, project }: InfisicalReference): string {
  return `folder ${folder} of environment ${environment} of project ${project}`;
}
