/** Schemes that are followed by `://`: stores and tools, each with its own spelling and, where it is known, that of vals. */
const storeSchemes = [
  'vault',
  'ref+vault',
  'aws+sm',
  'ref+awssecrets',
  'aws+ssm',
  'ref+awsssm',
  'gcp+sm',
  'ref+gcpsecrets',
  'azure+kv',
  'ref+azurekeyvault',
  'op',
  'doppler',
  'infisical',
  'bws',
  'sops',
  'ref+sops',
  'age',
  'pass',
  'keychain',
] as const;

/** Schemes of this machine, followed by `:` alone. */
const localSchemes = ['env', 'file', 'exec'] as const;

/** What a reference to a secret begins with. */
export type Scheme = (typeof storeSchemes)[number] | (typeof localSchemes)[number];

/** The names under which `sources:` has settings. */
export const sourceNames = [
  'vault',
  'aws',
  'gcp',
  'azure',
  'onepassword',
  'doppler',
  'infisical',
  'bitwarden',
  'sops',
  'age',
  'pass',
  'keychain',
] as const;

export type SourceName = (typeof sourceNames)[number];

const alternatives = (schemes: readonly string[]): string =>
  schemes.map((scheme) => scheme.replace('+', '\\+')).join('|');

/** The form of a reference: `vault://…`, `env:NAME`; what stands behind the scheme is for its provider to judge. */
export const referencePattern = new RegExp(
  `^(?:(?:${alternatives(storeSchemes)})://|(?:${alternatives(localSchemes)}):)(?!\\s)\\P{Cc}+$`,
  'u',
);

/** The scheme of a reference; undefined for any other text. */
export function schemeOf(reference: string): Scheme | undefined {
  return referencePattern.test(reference) ? (reference.slice(0, reference.indexOf(':')) as Scheme) : undefined;
}

/** How references look, for hints. */
export const referenceHint =
  'Write a reference like vault://PATH#FIELD, op://VAULT/ITEM/FIELD, env:NAME or file:PATH; docs/secrets.md lists them.';
