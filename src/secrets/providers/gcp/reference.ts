import { parseField } from '../cloud/field.ts';
import { type Grammar, invalid, parseReference, requireForm } from '../cloud/reference.ts';
import type { Wanted } from '../cloud/session.ts';

/** One call of AccessSecretVersion. */
export interface GcpRequest {
  /** Id or number; without one, GCP_PROJECT names it. */
  project?: string;
  secret: string;
  /** A number, an alias, or `latest`. */
  version: string;
  /** Of a regional secret; others have none. */
  location?: string;
}

/** Project ids and numbers, also those of a domain: `example.com:name`. */
export const projectForm = /^(?:[a-z0-9.-]{1,63}:)?[a-z0-9-]{1,63}$/;

const defaults = 'safebuild has no second value for a secret: a missing one is an error. Take the parameter away.';

export const grammar: Grammar = {
  store: 'GCP Secret Manager',
  scheme: 'gcp+sm',
  valsScheme: 'gcpsecrets',
  form: 'gcp+sm://PROJECT/NAME, with #VERSION or ?version=VERSION&location=REGION#field',
  parameters: { version: 'version', location: 'location', trim_nl: 'trim_nl' },
  refused: { fallback: defaults, fallback_value: defaults, optional: defaults },
};

/**
 * Reads `gcp+sm://PROJECT/NAME` and vals' `ref+gcpsecrets://`, in which the project may be left to GCP_PROJECT.
 *
 * Throws `CONFIG_INVALID`. The fragment is a version where it is a number or `latest`, else a field: a field of that name is
 * `#/3`. Forms of names: the reference of Secret Manager's REST API.
 */
export function readGcpReference(text: string): Wanted<GcpRequest> {
  const reference = parseReference(text, grammar);
  const [first = '', second, ...more] = reference.path.replace(/^\//, '').split('/');
  if (more.length > 0 || (second === undefined && !reference.vals)) {
    throw invalid(grammar, 'it does not have a project and a name');
  }
  const project = second === undefined ? undefined : first;
  const secret = second ?? first;
  requireForm(project, projectForm, 'project', grammar);
  requireForm(secret, /^[\w-]{1,255}$/, 'name', grammar);
  const location = reference.parameters.get('location');
  requireForm(location, /^[a-z]+(?:-[a-z]+)+\d{1,2}$/, 'location', grammar);
  const parameter = reference.parameters.get('version');
  requireForm(parameter, /^[\w-]{1,63}$/, 'version', grammar);
  requireForm(reference.parameters.get('trim_nl'), /^(?:true|false)$/, 'trim_nl', grammar);
  const inFragment = !reference.vals && /^(?:\d+|latest)$/.test(reference.fragment ?? '');
  if (inFragment && parameter !== undefined) throw invalid(grammar, 'it has two versions');
  const version = inFragment ? reference.fragment : parameter;
  return {
    request: {
      ...(project === undefined ? {} : { project }),
      secret,
      version: version ?? 'latest',
      ...(location === undefined ? {} : { location }),
    },
    name: project === undefined ? secret : `${project}/${secret}`,
    field: inFragment ? undefined : parseField(reference.fragment, reference.vals),
    trimmed: reference.parameters.get('trim_nl') === 'true',
  };
}
