/** How a credential file is written; a reader in `formats/` belongs to each. */
export type CredentialFormat =
  | 'npmrc'
  | 'yarnrc'
  | 'netrc'
  | 'ini'
  | 'url-lines'
  | 'env'
  | 'properties'
  | 'json'
  | 'xml'
  | 'yaml'
  | 'toml'
  | 'pem'
  | 'plain'
  | 'binary';

/** A file that tools keep credentials in, told by its path alone. What it really holds, `readCredentialFile` says. */
export interface CredentialFile {
  /** `npmrc`, `env`, `ssh-key`, … */
  kind: string;
  /** The tool family that reads it: `npm`, `pip`, `git`, `app`, … */
  family: string;
  format: CredentialFormat;
  /** Where the tool looks for it in a build as root; absent when it is read from the project folder. */
  target?: string;
}

type Row = readonly [path: RegExp, kind: string, family: string, format: CredentialFormat, target?: string];

const templateName = /(?:^|[._-])(?:example|sample|template|tmpl|dist|defaults?)(?:\.(?!pem|key)[a-z0-9]+)?$/;

// First match wins. A pattern is tried on the whole path in lower case, with `/`, so `(?:^|\/)` stands for "file name".
const table: readonly Row[] = [
  [/(?:^|\/)\.?npmrc$/, 'npmrc', 'npm', 'npmrc', '/root/.npmrc'],
  [/(?:^|\/)\.yarnrc\.ya?ml$/, 'yarnrc', 'npm', 'yarnrc', '/root/.yarnrc.yml'],
  [/(?:^|\/)\.yarnrc$/, 'yarnrc', 'npm', 'npmrc', '/root/.yarnrc'],
  [/(?:^|\/)bunfig\.toml$/, 'bunfig', 'npm', 'toml', '/root/.bunfig.toml'],
  [/(?:^|\/)[._]netrc$/, 'netrc', 'netrc', 'netrc', '/root/.netrc'],
  [/(?:^|\/)pip\.(?:conf|ini)$/, 'pip-conf', 'pip', 'ini', '/etc/pip.conf'],
  [/(?:^|\/)\.pypirc$/, 'pypirc', 'pip', 'ini', '/root/.pypirc'],
  [/(?:^|\/)(?:pypoetry|poetry)\/auth\.toml$/, 'poetry-auth', 'pip', 'toml', '/root/.config/pypoetry/auth.toml'],
  [/(?:^|\/)uv\.toml$/, 'uv', 'pip', 'toml', '/root/.config/uv/uv.toml'],
  [/(?:^|\/)\.git-credentials$/, 'git-credentials', 'git', 'url-lines', '/root/.git-credentials'],
  [/(?:^|\/)\.gitconfig$/, 'gitconfig', 'git', 'ini', '/root/.gitconfig'],
  [/(?:^|\/)\.git\/config$/, 'gitconfig', 'git', 'ini'],
  [/(?:^|\/)\.bundle\/config$/, 'bundle-config', 'bundler', 'yaml', '/root/.bundle/config'],
  [/(?:^|\/)\.gem\/credentials$/, 'gem-credentials', 'bundler', 'yaml', '/root/.gem/credentials'],
  [/(?:^|\/)(?:\.composer|composer)\/auth\.json$/, 'composer-auth', 'composer', 'json', '/root/.composer/auth.json'],
  [/(?:^|\/)auth\.json$/, 'composer-auth', 'composer', 'json', '/root/.composer/auth.json'],
  [/(?:^|\/)(?:maven-)?settings(?:-security)?\.xml$/, 'maven-settings', 'maven', 'xml', '/root/.m2/settings.xml'],
  [/(?:^|\/)gradle\.properties$/, 'gradle-properties', 'gradle', 'properties', '/root/.gradle/gradle.properties'],
  [/(?:^|\/)nuget\.config$/, 'nuget-config', 'nuget', 'xml', '/root/.nuget/NuGet/NuGet.Config'],
  [
    /(?:^|\/)\.cargo\/credentials(?:\.toml)?$/,
    'cargo-credentials',
    'cargo',
    'toml',
    '/usr/local/cargo/credentials.toml',
  ],
  [/(?:^|\/)\.docker\/config\.json$/, 'docker-config', 'docker', 'json', '/root/.docker/config.json'],
  [/(?:^|\/)\.?dockercfg$/, 'docker-config', 'docker', 'json', '/root/.dockercfg'],
  [/(?:^|\/)\.dockerconfigjson$/, 'docker-config', 'docker', 'json', '/root/.docker/config.json'],
  [/(?:^|\/)\.aws\/(?:credentials|config)$/, 'aws-credentials', 'aws', 'ini', '/root/.aws/credentials'],
  [/(?:^|\/)(?:aws[_-])?credentials\.csv$/, 'credentials', 'aws', 'plain'],
  [/(?:^|\/)\.boto$|(?:^|\/)\.s3cfg$/, 'aws-credentials', 'aws', 'ini'],
  [
    /(?:^|\/)application_default_credentials\.json$/,
    'gcloud-credentials',
    'gcloud',
    'json',
    '/root/.config/gcloud/application_default_credentials.json',
  ],
  [
    /(?:^|\/)[^/]*(?:service[-_]?account|gcp[-_]?(?:key|creds?|credentials)|gcloud)[^/]*\.json$/,
    'gcloud-key',
    'gcloud',
    'json',
  ],
  [/(?:^|\/)\.azure\/(?:accesstokens|azureprofile|msal_token_cache)\.json$/, 'azure-credentials', 'azure', 'json'],
  [/(?:^|\/)(?:\.kube\/config|kubeconfig(?:\.ya?ml)?)$/, 'kubeconfig', 'kubernetes', 'yaml', '/root/.kube/config'],
  [/(?:^|\/)\.terraformrc$|(?:^|\/)credentials\.tfrc\.json$/, 'terraform-credentials', 'terraform', 'plain'],
  [/(?:^|\/)[^/]*\.tfvars$/, 'tfvars', 'terraform', 'properties'],
  [
    /(?:^|\/)\.(?:huggingface|cache\/huggingface)\/token$/,
    'hf-token',
    'huggingface',
    'plain',
    '/root/.cache/huggingface/token',
  ],
  [/(?:^|\/)kaggle\.json$/, 'kaggle', 'kaggle', 'json', '/root/.kaggle/kaggle.json'],
  [/(?:^|\/)\.sentryclirc$/, 'sentryclirc', 'sentry', 'ini', '/root/.sentryclirc'],
  [/(?:^|\/)sentry\.properties$/, 'sentry-properties', 'sentry', 'properties'],
  [/(?:^|\/)\.vault-token$/, 'vault-token', 'vault', 'plain', '/root/.vault-token'],
  [/(?:^|\/)\.pgpass$/, 'pgpass', 'app', 'plain', '/root/.pgpass'],
  [/(?:^|\/)\.(?:my|mylogin)\.cnf$/, 'my-cnf', 'app', 'ini', '/root/.my.cnf'],
  [/(?:^|\/)\.?htpasswd$/, 'htpasswd', 'app', 'plain'],
  [/(?:^|\/)config\/(?:master|credentials\/[^/]+)\.key$/, 'rails-key', 'app', 'plain'],
  [/(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)$/, 'ssh-key', 'ssh', 'pem', '/root/.ssh/id'],
  [/(?:^|\/)\.ssh\/(?!known_hosts|config|authorized_keys)[^/.]+$/, 'ssh-key', 'ssh', 'pem', '/root/.ssh/id'],
  [/(?:^|\/)(?:[^/]*[-_.])?deploy[-_]?key$/, 'ssh-key', 'ssh', 'pem', '/root/.ssh/id'],
  [/\.(?:pem|key|ppk)$/, 'private-key', 'app', 'pem'],
  [/\.(?:p12|pfx|jks|keystore|kdbx)$/, 'key-store', 'app', 'binary'],
  [/(?:^|\/)\.envrc$/, 'env', 'app', 'env'],
  [/(?:^|\/)(?:\.env(?:\.[^/]+)?|[^/]+\.env|env\.local)$/, 'env', 'app', 'env'],
  [/(?:^|\/)\.dev\.vars$/, 'env', 'app', 'env'],
  [/(?:^|\/)\.?(?:secrets?|credentials?|passwords?)\.json$/, 'secrets', 'app', 'json'],
  [/(?:^|\/)\.?(?:secrets?|credentials?|passwords?)\.ya?ml$/, 'secrets', 'app', 'yaml'],
  [/(?:^|\/)\.?(?:secrets?|credentials?)\.toml$/, 'secrets', 'app', 'toml'],
  [/(?:^|\/)\.?(?:secrets?|credentials?|passwords?)\.(?:env|sh)$/, 'secrets', 'app', 'env'],
  [/(?:^|\/)\.?(?:secrets?|credentials?|passwords?)(?:\.(?:txt|conf|cfg|ini|properties))?$/, 'secrets', 'app', 'plain'],
  [
    // A bare `passwd` is the list of accounts of some root filesystem; no password has stood there for decades.
    /(?:^|\/)(?:(?:[^/]*[-_.])?(?:token|secret|api[-_]?key)|[^/]*[-_.]passwd|\.?password|token\.txt|api[-_]?key\.txt)$/,
    'secrets',
    'app',
    'plain',
  ],
];

/**
 * What credentials a path promises, or undefined.
 *
 * A path with `/`, of any depth; upper and lower case count alike. Templates (`.env.example`) and public keys (`*.pub`) are
 * none. The path is only a hint: an `.npmrc` without a credential is one for `readCredentialFile` to tell.
 */
export function credentialFile(path: string): CredentialFile | undefined {
  const lower = path.toLowerCase();
  const name = lower.slice(lower.lastIndexOf('/') + 1);
  if (name.endsWith('.pub') || templateName.test(name)) return undefined;
  const row = table.find(([pattern]) => pattern.test(lower));
  if (!row) return undefined;
  const [, kind, family, format, target] = row;
  return { kind, family, format, ...(target === undefined ? {} : { target }) };
}
