import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Received, type Reply, receive } from '../internet.ts';
import { type AccessKey, checkSignature } from './signature.ts';

/** One version of a secret. */
export interface SecretVersion {
  id: string;
  stages: readonly string[];
  /** Text, or bytes for a binary secret. */
  value: string | Uint8Array;
}

export interface Parameter {
  type: 'String' | 'SecureString' | 'StringList';
  /** From version 1 on. */
  values: readonly string[];
  /** Version by label. */
  labels?: Readonly<Record<string, number>>;
}

/** What stands in one region. */
export interface Region {
  secrets?: Readonly<Record<string, readonly SecretVersion[] | Fault>>;
  parameters?: Readonly<Record<string, Parameter | Fault>>;
}

/** An error in place of a value; with `times`, that often, and then `then`. */
export interface Fault {
  fault: string;
  status?: number;
  times?: number;
}

export interface AwsServer {
  /** For AWS_ENDPOINT_URL. */
  url: string;
  /** Answers as `url` does, for a server that is reached otherwise. */
  reply(received: Received): Reply;
  /** `x-amz-target` of every request that was signed well, with its region and name. */
  calls: string[];
  close(): Promise<void>;
}

/** What no message may quote: it stands in every error that the server tells. */
export const saidByServer = 'not-a-secret-said-by-aws-51c0';

/**
 * A stand-in for AWS Secrets Manager and SSM's Parameter Store, which cannot be had here.
 *
 * It keeps the protocol (JSON 1.1), statuses, exceptions and bodies of their API references, and checks every signature.
 */
export async function startAws(
  keys: readonly AccessKey[],
  regions: Readonly<Record<string, Region>>,
): Promise<AwsServer> {
  const calls: string[] = [];
  const faults = new Map<string, number>();
  const state = { keys, regions, calls, faults };
  const server = createServer((request, response) => {
    void receive(request, 'aws').then((received) => {
      const { status, body } = reply(received, state);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reply: (received) => reply(received, state),
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  keys: readonly AccessKey[];
  regions: Readonly<Record<string, Region>>;
  calls: string[];
  faults: Map<string, number>;
}

function reply(received: Received, { keys, regions, calls, faults }: State): Reply {
  const target = String(received.headers['x-amz-target']);
  const service = target.startsWith('secretsmanager.') ? 'secretsmanager' : 'ssm';
  const checked = checkSignature(received, service, keys);
  if ('fault' in checked) return exception(checked.fault);
  const asked: Record<string, unknown> = JSON.parse(received.body);
  const id = String(asked.SecretId ?? asked.Name);
  calls.push(`${checked.region} ${target} ${id}`);
  const region = regions[checked.region] ?? {};
  const kept = service === 'ssm' ? parameterOf(region, id) : region.secrets?.[nameOf(id)];
  if (kept !== undefined && 'fault' in kept) {
    const times = (faults.get(id) ?? 0) + 1;
    faults.set(id, times);
    if (kept.times === undefined || times <= kept.times) return exception(kept.fault, kept.status);
  }
  if (target === 'secretsmanager.GetSecretValue') return secretValue(kept as readonly SecretVersion[] | Fault, asked);
  if (target === 'AmazonSSM.GetParameter') return parameterValue(kept as Parameter | undefined, asked);
  return exception('UnknownOperationException');
}

/** An ARN ends in the name, `-` and six characters, which may be left away. */
function nameOf(id: string): string {
  return id.replace(/^arn:aws:secretsmanager:[^:]*:\d{12}:secret:/, '').replace(/-[A-Za-z0-9]{6}$/, '');
}

function parameterOf(region: Region, id: string): Parameter | Fault | undefined {
  return region.parameters?.[id.replace(/^arn:aws:ssm:[^:]*:\d{12}:parameter/, '').replace(/:[^:]*$/, '')];
}

function secretValue(kept: readonly SecretVersion[] | Fault | undefined, asked: Record<string, unknown>): Reply {
  if (kept !== undefined && 'fault' in kept)
    return { status: 200, body: { SecretString: 'after-the-faults-7f3a', VersionId: 'v' } };
  const stage = asked.VersionStage ?? (asked.VersionId === undefined ? 'AWSCURRENT' : undefined);
  const found = kept?.find(
    ({ id, stages }) =>
      (asked.VersionId === undefined || asked.VersionId === id) &&
      (stage === undefined || stages.includes(String(stage))),
  );
  if (found === undefined) return exception('ResourceNotFoundException');
  const value =
    typeof found.value === 'string'
      ? { SecretString: found.value }
      : { SecretBinary: Buffer.from(found.value).toString('base64') };
  const body = { Name: asked.SecretId, VersionId: found.id, VersionStages: found.stages, CreatedDate: 1.7e9, ...value };
  return { status: 200, body };
}

function parameterValue(kept: Parameter | undefined, asked: Record<string, unknown>): Reply {
  if (kept === undefined) return exception('ParameterNotFound');
  const selector = /:([^:]*)$/.exec(String(asked.Name).replace(/^arn:[^/]*/, ''))?.[1];
  const version = selector === undefined ? kept.values.length : (kept.labels?.[selector] ?? Number(selector));
  const clear = kept.values[version - 1];
  if (clear === undefined) return exception('ParameterVersionNotFound');
  const encrypted = kept.type === 'SecureString' && asked.WithDecryption !== true;
  const Value = encrypted ? 'AQICAHencrypted' : clear;
  const Parameter = { Name: asked.Name, Type: kept.type, Value, Version: version, LastModifiedDate: 1.7e9 };
  return { status: 200, body: { Parameter } };
}

function exception(name: string, status = 400): Reply {
  return { status, body: { __type: name, message: saidByServer, Message: saidByServer } };
}
