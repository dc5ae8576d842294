import { SafebuildError } from '../../../../errors.ts';
import { fileOfVariable, needPlace, placeOf, variable } from '../ambient.ts';
import type { LoginRequest, Setup } from './method.ts';

/** Where Kubernetes puts the token of a pod's service account. */
const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** The service account of the pod that the build runs in. */
export async function kubernetes({ host, auth, overrides }: Setup<'kubernetes'>): Promise<LoginRequest> {
  const { env } = host;
  const role = overrides.role_id ?? variable(env, 'ROLE_ID') ?? auth?.role;
  if (role === undefined) {
    throw new SafebuildError('SOURCE_FAILED', 'the Kubernetes role for Vault is not known', {
      hint: 'Set sources.vault.auth.role.',
    });
  }
  const place = fileOfVariable(env, 'KUBERNETES_JWT_TOKEN_PATH') ?? placeOf(auth?.jwt ?? `file:${serviceAccountToken}`);
  const hint = 'Build in a pod that has a service account, or choose another method of login.';
  const mount = variable(env, 'KUBERNETES_MOUNT_POINT') ?? auth?.mount ?? 'kubernetes';
  return {
    path: `${mount}/login`,
    body: { role, jwt: await needPlace(host, place, 'the service account token', hint) },
  };
}
