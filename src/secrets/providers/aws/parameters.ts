import { parseField } from '../cloud/field.ts';
import { type Grammar, invalid, parseReference, type Reference, requireForm } from '../cloud/reference.ts';
import { cloudSession, type Wanted } from '../cloud/session.ts';
import { threadEntry } from '../cloud/thread.ts';
import type { Provider } from '../provider.ts';
import { accessOf, accessParameters, awsEnvironment, parseArn, refusedByAws, withRegion } from './access.ts';
import type { ParameterRequest } from './request.ts';

const grammar: Grammar = {
  store: 'AWS Systems Manager Parameter Store',
  scheme: 'aws+ssm',
  valsScheme: 'awsssm',
  form: 'aws+ssm:///path/to/parameter?region=REGION',
  parameters: { ...accessParameters, version: 'version', label: 'label', mode: 'mode', recursive: 'recursive' },
  refused: refusedByAws,
};

/**
 * Parameters of AWS Systems Manager, SecureStrings decrypted, by the official SDK.
 *
 * References: `aws+ssm:///path/to/parameter`, vals' `ref+awsssm://`.
 */
export const awsParameters: Provider = {
  name: grammar.store,
  check: (reference) => void readParameterReference(reference),
  open: (host) =>
    cloudSession(host, {
      name: grammar.store,
      entry: threadEntry('parameters-thread', import.meta.url),
      environment: awsEnvironment,
      wanted: withRegion(readParameterReference, host),
    }),
};

/** Throws `CONFIG_INVALID`. Forms of names, versions and labels: the API reference of GetParameter. */
export function readParameterReference(text: string): Wanted<ParameterRequest> {
  const reference = parseReference(text, grammar);
  const mode = reference.parameters.get('mode');
  const recursive = reference.parameters.get('recursive');
  if (!reference.vals && (mode ?? recursive) !== undefined) throw invalid(grammar, "mode and recursive are vals' own");
  requireForm(mode, /^singleparam$/, 'mode', grammar);
  requireForm(recursive, /^(?:true|false)$/, 'recursive', grammar);
  const { path, field } = reference.vals ? readAsVals(reference) : { path: reference.path, field: reference.fragment };
  const arn = parseArn(path, 'ssm');
  if (arn === undefined && path.startsWith('arn:')) throw invalid(grammar, 'its ARN is not that of a parameter');
  // a name with slashes has one at its beginning
  const name = arn === undefined && path.includes('/') ? path.replace(/^\/?/, '/') : path;
  if (arn === undefined) requireForm(name, /^[\w./-]{1,1011}$/, 'name', grammar);
  const version = reference.parameters.get('version');
  const label = reference.parameters.get('label');
  requireForm(version, /^\d{1,18}$/, 'version', grammar);
  requireForm(label, /^[A-Za-z_][\w.-]{0,99}$/, 'label', grammar);
  if (version !== undefined && label !== undefined) throw invalid(grammar, 'it has a version and a label');
  const selector = version ?? label;
  return {
    request: {
      id: selector === undefined ? name : `${name}:${selector}`,
      ...accessOf(reference, arn, grammar),
    },
    name: arn?.resource.replace(/^parameter/, '') ?? name,
    field: parseField(field, reference.vals),
  };
}

/**
 * vals reads `#/a` as a parameter below the path, and with `mode=singleparam` as a field within the value.
 *
 * It asks for all parameters of the path to get the one; the one alone has the same value, and needs less to be allowed.
 */
function readAsVals({ path, fragment, parameters }: Reference): { path: string; field: string | undefined } {
  const name = path.replace(/^\/?/, '/');
  if (parameters.get('mode') === 'singleparam' || fragment === undefined) return { path: name, field: fragment };
  return { path: `${name.replace(/\/$/, '')}/${fragment.replace(/^\//, '')}`, field: undefined };
}
