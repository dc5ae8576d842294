import { threadEnvironment } from '../cloud/serve.ts';
import { proxyAgent } from './proxy.ts';
import type { AwsAccess } from './request.ts';

/** What a client of the SDK is made with. */
export type ClientOptions = AwsAccess & { requestHandler: ReturnType<typeof requestHandler> };

/** How long one attempt may take; the SDK makes up to three, or as many as AWS_MAX_ATTEMPTS says. */
function requestHandler() {
  const agent = proxyAgent(threadEnvironment());
  const times = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };
  return { ...times, ...(agent === undefined ? {} : { httpsAgent: agent }) };
}

/** Gives the client of a region and profile, made once. */
export function clientsBy<Client>(make: (options: ClientOptions) => Client): (access: AwsAccess) => Client {
  const clients = new Map<string, Client>();
  return ({ region, profile }) => {
    const key = JSON.stringify([region, profile]);
    const access = { ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
    const client = clients.get(key) ?? make({ ...access, requestHandler: requestHandler() });
    clients.set(key, client);
    return client;
  };
}
