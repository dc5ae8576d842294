import type { Answer } from '../cloud/answer.ts';
import { serve } from '../cloud/serve.ts';
import { clientsBy } from './clients.ts';
import { awsRegion, noRegion } from './region.ts';
import type { ParameterRequest } from './request.ts';
import { awsTrouble } from './trouble.ts';

const store = 'AWS Systems Manager Parameter Store';

let loaded: ReturnType<typeof load> | undefined;

async function load() {
  const { SSMClient, GetParameterCommand } = await import('@aws-sdk/client-ssm');
  return { GetParameterCommand, clientOf: clientsBy((options) => new SSMClient(options)) };
}

async function fetchParameter(request: ParameterRequest): Promise<Answer> {
  loaded ??= load();
  const { GetParameterCommand, clientOf } = await loaded;
  const client = clientOf(request);
  const region = await awsRegion(client.config);
  if (region === undefined) return { trouble: noRegion(store) };
  try {
    // not GetParameters, ten at a time: it is another permission, which many who may read one parameter do not have
    const { Parameter } = await client.send(new GetParameterCommand({ Name: request.id, WithDecryption: true }));
    return {
      secret: {
        value: Buffer.from(Parameter?.Value ?? ''),
        ...(Parameter?.Version !== undefined && { version: String(Parameter.Version) }),
        ...(Parameter?.LastModifiedDate && { changed: Parameter.LastModifiedDate }),
      },
    };
  } catch (error) {
    const asked = { store, what: 'parameter', id: request.id, region, permission: 'ssm:GetParameter' };
    return { trouble: awsTrouble(error, asked) };
  }
}

serve(fetchParameter, { store, packages: ['@aws-sdk/client-ssm@3'] });
