import type { Finding } from '../finding.ts';
import { argSecret } from './arg-secret.ts';
import { buildArgSecret } from './build-arg-secret.ts';
import type { Rule, RuleContext } from './context.ts';
import { contextSecret } from './context-secret.ts';
import { copySecretFile } from './copy-secret-file.ts';
import { deletedDownload } from './deleted-download.ts';
import { envSecret } from './env-secret.ts';
import { gitUrlSecret } from './git-url-secret.ts';
import { literalSecret } from './literal-secret.ts';
import { loggedSecret } from './logged-secret.ts';
import { mutableBase } from './mutable-base.ts';
import { npmrcEcho } from './npmrc-echo.ts';
import { onbuildSecret } from './onbuild-secret.ts';
import { persistedSecret } from './persisted-secret.ts';
import { reachable } from './reachable.ts';
import { readableMount } from './readable-mount.ts';
import { toolLogin } from './tool-login.ts';

export type { ContextFiles, CredentialFile, Needed, Rule, RuleContext, SecretNames } from './context.ts';
export { fileMountId, mountId } from './mounts.ts';
export { type Plan, plan } from './plan.ts';
export { sshAgentFix } from './ssh-agent.ts';

/** Every rule; a new one is a file and a line here. */
export const rules: readonly Rule[] = [
  argSecret,
  envSecret,
  buildArgSecret,
  literalSecret,
  copySecretFile,
  contextSecret,
  npmrcEcho,
  toolLogin,
  gitUrlSecret,
  persistedSecret,
  onbuildSecret,
  loggedSecret,
  deletedDownload,
  readableMount,
  mutableBase,
];

/**
 * Everything that the rules find, in the order of the Dockerfile.
 *
 * What stands in a stage that the target does not need is a warning and never stops a build. With `advice` the rules that
 * only advise are asked too.
 */
export function runRules(context: RuleContext, { advice = false }: { advice?: boolean } = {}): Finding[] {
  const asked = rules.filter((rule) => advice || !rule.advice);
  const findings = asked.flatMap((rule) => rule.check(context)).map((finding) => reachable(context, finding));
  return findings.sort((a, b) => lineOf(a) - lineOf(b));
}

function lineOf({ location }: Finding): number {
  return location.kind === 'dockerfile' ? location.line : 0;
}
