import { parseField } from '../cloud/field.ts';
import { type Grammar, invalid, parseReference, requireForm } from '../cloud/reference.ts';
import { cloudSession, type Wanted } from '../cloud/session.ts';
import { threadEntry } from '../cloud/thread.ts';
import type { Provider } from '../provider.ts';
import { accessOf, accessParameters, awsEnvironment, parseArn, refusedByAws, withRegion } from './access.ts';
import type { SecretRequest } from './request.ts';

const grammar: Grammar = {
  store: 'AWS Secrets Manager',
  scheme: 'aws+sm',
  valsScheme: 'awssecrets',
  form: 'aws+sm://NAME?region=REGION#field or aws+sm://ARN#field',
  parameters: {
    ...accessParameters,
    version: 'version',
    stage: 'stage',
    // vals' names
    version_id: 'version',
    version_stage: 'stage',
  },
  refused: refusedByAws,
};

/** AWS Secrets Manager, by its official SDK. References: `aws+sm://NAME-or-ARN`, vals' `ref+awssecrets://`. */
export const awsSecretsManager: Provider = {
  name: grammar.store,
  check: (reference) => void readSecretReference(reference),
  open: (host) =>
    cloudSession(host, {
      name: grammar.store,
      entry: threadEntry('secrets-manager-thread', import.meta.url),
      environment: awsEnvironment,
      wanted: withRegion(readSecretReference, host),
    }),
};

/** Throws `CONFIG_INVALID`. Forms of names and versions: the API reference of GetSecretValue. */
export function readSecretReference(text: string): Wanted<SecretRequest> {
  const reference = parseReference(text, grammar);
  const id = reference.vals ? reference.path.replace(/^\/|\/$/g, '') : reference.path;
  const arn = parseArn(id, 'secretsmanager');
  if (arn === undefined && id.startsWith('arn:')) throw invalid(grammar, 'its ARN is not that of a secret');
  if (arn === undefined) requireForm(id, /^[\w/+=.@-]{1,512}$/, 'name', grammar);
  const version = reference.parameters.get('version');
  const stage = reference.parameters.get('stage');
  requireForm(version, /^[\w-]{32,64}$/, 'version', {
    ...grammar,
    form: '?version=ID with the id of a version (32 to 64 letters), or ?stage=AWSPREVIOUS',
  });
  requireForm(stage, /^[\w/+=.@-]{1,256}$/, 'stage', grammar);
  return {
    request: {
      id,
      ...(version === undefined ? {} : { version }),
      ...(stage === undefined ? {} : { stage }),
      ...accessOf(reference, arn, grammar),
    },
    name: arn?.resource.replace(/^secret:/, '') ?? id,
    field: parseField(reference.fragment, reference.vals),
  };
}
