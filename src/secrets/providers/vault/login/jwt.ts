import { SafebuildError } from '../../../../errors.ts';
import { needPlace, placeOf, variable } from '../ambient.ts';
import { githubIdToken } from './github-id-token.ts';
import type { LoginRequest, Setup } from './method.ts';

/** A JWT that the CI system signs: GitHub's, GitLab's, or one that is kept where the settings say. */
export async function jwt(setup: Setup<'jwt'>): Promise<LoginRequest> {
  const { host, auth, overrides } = setup;
  const role = overrides.role_id ?? variable(host.env, 'ROLE_ID') ?? auth?.role;
  const mount = variable(host.env, 'LOGIN_MOUNT_POINT') ?? auth?.mount ?? 'jwt';
  // Without a role the method's own default role is meant.
  return { path: `${mount}/login`, body: { jwt: await readToken(setup), ...(role === undefined ? {} : { role }) } };
}

async function readToken({ host, auth }: Setup<'jwt'>): Promise<string> {
  const issuer = auth?.jwt ?? issuerOf(host.env);
  if (issuer === 'github') return githubIdToken(host, auth?.audience, host.signal);
  // The name that GitLab's documentation gives to the token under id_tokens.
  const place = placeOf(issuer === 'gitlab' ? 'env:VAULT_ID_TOKEN' : issuer);
  return needPlace(host, place, 'the id token', 'In GitLab, name it under id_tokens: VAULT_ID_TOKEN in the job.');
}

function issuerOf(env: Setup<'jwt'>['host']['env']): 'github' | 'gitlab' {
  if (env.ACTIONS_ID_TOKEN_REQUEST_URL) return 'github';
  if (env.VAULT_ID_TOKEN) return 'gitlab';
  throw new SafebuildError(
    'SOURCE_FAILED',
    'no id token for Vault: this job is neither one of GitHub nor of GitLab with one',
    {
      hint: 'In GitHub, give the job permissions: id-token: write; elsewhere set sources.vault.auth.jwt.',
    },
  );
}
