import type { AwsAccess } from './request.ts';

/** How long one attempt may take; the SDK makes up to three, or as many as AWS_MAX_ATTEMPTS says. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** What a client of the SDK is made with. */
export type ClientOptions = AwsAccess & { requestHandler: typeof requestHandler };

/** Gives the client of a region and profile, made once. */
export function clientsBy<Client>(make: (options: ClientOptions) => Client): (access: AwsAccess) => Client {
  const clients = new Map<string, Client>();
  return ({ region, profile }) => {
    const key = JSON.stringify([region, profile]);
    const access = { ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
    const client = clients.get(key) ?? make({ ...access, requestHandler });
    clients.set(key, client);
    return client;
  };
}
