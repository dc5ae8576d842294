import { type Scheme, type SourceName, schemeOf } from '../../config/index.ts';
import { SafebuildError } from '../../errors.ts';
import type { Provider } from './provider.ts';

/** A provider, before it is loaded. */
export interface ProviderEntry {
  /** In a person's words. */
  title: string;
  /** The name of its settings under `sources:`; absent for what has none. */
  settings?: SourceName;
  load(): Promise<Provider>;
}

const vault: ProviderEntry = {
  title: 'Vault',
  settings: 'vault',
  load: async () => (await import('./vault/index.ts')).vault,
};
const awsSecretsManager: ProviderEntry = {
  title: 'AWS Secrets Manager',
  settings: 'aws',
  load: async () => (await import('./aws/index.ts')).awsSecretsManager,
};
const awsParameters: ProviderEntry = {
  title: 'AWS Systems Manager',
  settings: 'aws',
  load: async () => (await import('./aws/index.ts')).awsParameters,
};
const gcp: ProviderEntry = {
  title: 'Google Secret Manager',
  settings: 'gcp',
  load: async () => (await import('./gcp/index.ts')).gcp,
};
const azure: ProviderEntry = {
  title: 'Azure Key Vault',
  settings: 'azure',
  load: async () => (await import('./azure/index.ts')).azure,
};
const sops: ProviderEntry = {
  title: 'sops',
  settings: 'sops',
  load: async () => (await import('./sops/index.ts')).sops,
};

/** Every provider by its schemes; a new one is a folder, a line here and its schemes in `config/reference.ts`. */
const entries: Readonly<Record<Scheme, ProviderEntry>> = {
  vault,
  'ref+vault': vault,
  'aws+sm': awsSecretsManager,
  'ref+awssecrets': awsSecretsManager,
  'aws+ssm': awsParameters,
  'ref+awsssm': awsParameters,
  'gcp+sm': gcp,
  'ref+gcpsecrets': gcp,
  'azure+kv': azure,
  'ref+azurekeyvault': azure,
  op: {
    title: '1Password',
    settings: 'onepassword',
    load: async () => (await import('./onepassword/index.ts')).onepassword,
  },
  doppler: { title: 'Doppler', settings: 'doppler', load: async () => (await import('./doppler/index.ts')).doppler },
  infisical: {
    title: 'Infisical',
    settings: 'infisical',
    load: async () => (await import('./infisical/index.ts')).infisical,
  },
  bws: {
    title: 'Bitwarden',
    settings: 'bitwarden',
    load: async () => (await import('./bitwarden/index.ts')).bitwarden,
  },
  sops,
  'ref+sops': sops,
  age: { title: 'age', settings: 'age', load: async () => (await import('./age/index.ts')).age },
  pass: { title: 'pass', settings: 'pass', load: async () => (await import('./pass/index.ts')).pass },
  keychain: {
    title: 'the keychain',
    settings: 'keychain',
    load: async () => (await import('./keychain/index.ts')).keychain,
  },
  env: { title: 'the environment', load: async () => (await import('./environment.ts')).environment },
  file: { title: 'a file', load: async () => (await import('./file.ts')).file },
  exec: { title: 'a program', load: async () => (await import('./program.ts')).program },
};

/** The provider that a reference asks. Throws `CONFIG_INVALID` for what is no reference, without quoting it. */
export function providerFor(reference: string): ProviderEntry {
  const scheme = schemeOf(reference);
  if (scheme !== undefined) return entries[scheme];
  throw new SafebuildError('CONFIG_INVALID', 'what stands where a reference belongs is none');
}
