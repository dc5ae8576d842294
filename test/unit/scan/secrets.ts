import { Secret } from '../../../src/secrets/secret.ts';

export const token = 'not-a-secret-7f3a91c2d4e8';

export function secret(name = 'TOKEN', value: string = token, weak?: string): Secret {
  return new Secret({
    name,
    value: Buffer.from(value),
    origin: { source: 'dotenv', where: '.env' },
    reason: 'its name',
    ...(weak === undefined ? {} : { weak }),
  });
}
