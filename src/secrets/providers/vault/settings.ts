import { z } from 'zod';
import { SafebuildError } from '../../../errors.ts';

const word = z.string().min(1);
const secretPlace = z.string().regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, {
  error: 'must be env:NAME or file:PATH; the value itself never stands in safebuild.yaml',
});
const idToken = z.string().regex(/^(github|gitlab|env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, {
  error: 'must be github, gitlab, env:NAME or file:PATH; the value itself never stands in safebuild.yaml',
});
/** Where a method is mounted below `auth/`, and the namespace to log in to. */
const at = { mount: word.optional(), namespace: z.string().optional() };

const auth = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('none') }),
  z.strictObject({ method: z.literal('token'), token: secretPlace.optional() }),
  z.strictObject({
    method: z.literal('approle'),
    ...at,
    'role-id': word.optional(),
    'secret-id': secretPlace.optional(),
    'secret-id-wrapped': z.boolean().optional(),
  }),
  z.strictObject({
    method: z.literal('jwt'),
    ...at,
    role: word.optional(),
    jwt: idToken.optional(),
    audience: word.optional(),
  }),
  z.strictObject({ method: z.literal('kubernetes'), ...at, role: word.optional(), jwt: secretPlace.optional() }),
  z.strictObject({
    method: z.literal('userpass'),
    ...at,
    username: word.optional(),
    password: secretPlace.optional(),
  }),
]);

const schema = z.strictObject({
  address: word.optional(),
  namespace: z.string().optional(),
  'ca-cert': word.optional(),
  'ca-path': word.optional(),
  'tls-server-name': word.optional(),
  'client-cert': word.optional(),
  'client-key': word.optional(),
  'allow-http': z.boolean().optional(),
  auth: auth.optional(),
});

/** `sources: vault:` of safebuild.yaml, as written: names and places, never a value. */
export type VaultSettings = z.infer<typeof schema>;
/** How to log in, as safebuild.yaml has it. */
export type AuthSettings = NonNullable<VaultSettings['auth']>;
/** The methods that can be named: in safebuild.yaml, VAULT_AUTH_METHOD and `auth_method=`. */
export const methods = ['token', 'approle', 'jwt', 'kubernetes', 'userpass', 'none'] as const;
export type Method = (typeof methods)[number];

/** Reads the settings. Throws CONFIG_INVALID with the key at fault; what was written there is not quoted. */
export function readSettings(raw: unknown): VaultSettings {
  const result = schema.safeParse(raw ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = ['sources', 'vault', ...(issue?.path ?? [])].map(String).join('.');
  throw new SafebuildError('CONFIG_INVALID', `${path} ${wordsFor(issue)}`, {
    hint: 'See docs/vault.md for the settings of Vault.',
  });
}

function wordsFor(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return 'has a key that is not known';
  if (issue?.code === 'invalid_union') return `must be one of: ${methods.join(', ')}`;
  if (issue?.code === 'invalid_format') return issue.message;
  return 'is not of the right kind';
}
