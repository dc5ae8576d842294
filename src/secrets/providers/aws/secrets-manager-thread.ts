import type { Answer } from '../cloud/answer.ts';
import { serve } from '../cloud/serve.ts';
import { clientsBy } from './clients.ts';
import { awsRegion, noRegion } from './region.ts';
import type { SecretRequest } from './request.ts';
import { awsTrouble } from './trouble.ts';

const store = 'AWS Secrets Manager';

// loaded with the first request, so that an SDK that is not installed is an answer
let loaded: ReturnType<typeof load> | undefined;

async function load() {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  return { GetSecretValueCommand, clientOf: clientsBy((options) => new SecretsManagerClient(options)) };
}

async function fetchSecret(request: SecretRequest): Promise<Answer> {
  loaded ??= load();
  const { GetSecretValueCommand, clientOf } = await loaded;
  const client = clientOf(request);
  const region = await awsRegion(client.config);
  if (region === undefined) return { trouble: noRegion(store) };
  const { id, version, stage } = request;
  try {
    const output = await client.send(
      new GetSecretValueCommand({ SecretId: id, VersionId: version, VersionStage: stage }),
    );
    // the binary one is given as base64, which the SDK has decoded
    const value = output.SecretBinary ?? Buffer.from(output.SecretString ?? '');
    return {
      secret: {
        value,
        ...(output.VersionId && { version: output.VersionId }),
        // of the version, not of the secret
        ...(output.CreatedDate && { changed: output.CreatedDate }),
      },
    };
  } catch (error) {
    const permission = 'secretsmanager:GetSecretValue';
    return { trouble: awsTrouble(error, { store, what: 'secret', id, region, permission }) };
  }
}

serve(fetchSecret, { store, packages: ['@aws-sdk/client-secrets-manager@3'] });
