export { type CredentialFile, type CredentialFormat, credentialFile } from './credential-files.ts';
export { type ContextFile, loadSecrets, type SecretRequest } from './load.ts';
export { type Origin, Secret, type SecretFields } from './secret.ts';
export type { EmptySecret, SecretSet, Setting } from './set.ts';
