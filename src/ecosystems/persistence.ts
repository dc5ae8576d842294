import {
  awsConfigure,
  bundleConfig,
  cargoLogin,
  composerConfig,
  gemSource,
  gitConfig,
  type LoginReader,
  loginOperand,
  loginOption,
  nugetSource,
  pipConfig,
  poetryConfig,
} from './login-recipes.ts';

/**
 * Commands that write a credential they are given into a file that stays, and what to do instead.
 *
 * Sources: the documentation of each tool. `undo` names the commands that take the credential back in the same RUN.
 */
export interface Persistence {
  /** Matched against the command's words, joined by single spaces. */
  command: RegExp;
  /** Where the credential ends up, in words. */
  where: string;
  /** One imperative sentence. */
  remedy: string;
  /** A later command of the same RUN that takes it back. */
  undo?: RegExp;
  /** The command reads the credential from a pipe: `echo $TOKEN | docker login --password-stdin`. */
  stdin?: true;
  /** The command reads the credential from a file that its words name. */
  byFile?: true;
  /** The credential is part of an address. */
  inAddress?: true;
  /** What has the same effect in one RUN; with `readBy`. */
  recipe?: LoginReader;
  readBy?: LoginUse;
}

/** Which commands use what a login has left. */
export interface LoginUse {
  /** Family of tools.ts, and the tools that `reads` it. */
  family: string;
  /** Text of a project's file that shows that its code uses the login too; `any` code may where it is absent. */
  mention?: string;
  /** Running programs read it as well: nothing is moved before the user has said that only the build needs it. */
  runtime?: true;
}

export const persistences: readonly Persistence[] = [
  {
    command:
      /^git config\b(?!.*--(?:unset|remove-section|get|list)).*(?:insteadOf|extraheader|credential|token|password)/i,
    where: 'the git configuration',
    remedy:
      'Set GIT_CONFIG_COUNT=1, GIT_CONFIG_KEY_0=url.<address with token>.insteadOf and GIT_CONFIG_VALUE_0=<address> in front of the command that fetches, in the same RUN (git 2.31 or newer), instead of git config.',
    undo: /^git config\b.*--(?:unset|remove-section)|^rm\b.*\.gitconfig/,
    recipe: gitConfig,
    readBy: { family: 'git', mention: 'git ' },
  },
  {
    command: /^git (?:-\S+ \S+ )*(?:clone|remote|submodule|fetch|pull)\b.*:\/\/[^ ]*@/,
    where: '.git/config of the clone',
    inAddress: true,
    remedy:
      'Clone the address without the token, and hand the token over by GIT_CONFIG_COUNT, GIT_CONFIG_KEY_0=http.<address>.extraheader and GIT_CONFIG_VALUE_0 in front of the command (git 2.31 or newer); or remove the .git folder in the same RUN.',
    undo: /^rm\b.*(?:\.git\b|-\w*r)|^git (?:-\S+ \S+ )*remote (?:set-url|remove|rm)/,
  },
  {
    command: /^(?:python[\d.]* -m )?pip[\d.]* config\b.* set\b|^(?:python[\d.]* -m )?pip[\d.]* config set\b/,
    where: 'pip.conf',
    remedy:
      'Drop the command, put the whole address into your secrets as PIP_INDEX_URL (or PIP_EXTRA_INDEX_URL), and declare ARG PIP_INDEX_URL.',
    undo: /pip[\d.]* config\b.*unset|^rm\b.*pip\.conf/,
    recipe: pipConfig,
    readBy: { family: 'pip', mention: 'pip install' },
  },
  {
    command: /^poetry config\b.*(?:http-basic|pypi-token|repositories)/,
    where: "poetry's auth.toml",
    remedy:
      'Drop the command and name the secrets POETRY_HTTP_BASIC_<REPOSITORY>_USERNAME and POETRY_HTTP_BASIC_<REPOSITORY>_PASSWORD.',
    undo: /^poetry config\b.*--unset|^rm\b.*pypoetry/,
    recipe: poetryConfig,
    readBy: { family: 'pip', mention: 'poetry ' },
  },
  {
    command: /^composer (?:global )?config\b/,
    where: "composer's auth.json",
    remedy: 'Drop the command and put the credentials as JSON into a secret named COMPOSER_AUTH.',
    undo: /^composer (?:global )?config\b.*--unset|^rm\b.*auth\.json/,
    recipe: composerConfig,
    readBy: { family: 'composer', mention: 'composer ' },
  },
  {
    command: /^bundle config\b/,
    where: "bundler's config file",
    remedy: 'Drop the command and name the secret BUNDLE_<HOST>, with each dot of the host as two underscores.',
    undo: /^bundle config\b.*(?:--delete|unset)|^rm\b.*\.bundle/,
    recipe: bundleConfig,
    readBy: { family: 'bundler', mention: 'bundle ' },
  },
  {
    command: /^(?:dotnet )?nuget (?:add source|update source|sources? (?:add|update))/i,
    where: 'NuGet.Config',
    remedy:
      'Add the source without credentials and name the secret NuGetPackageSourceCredentials_<source>, with the value Username=…;Password=….',
    undo: /^(?:dotnet )?nuget (?:remove source|sources? remove)|^rm\b.*nuget\.config/i,
    recipe: nugetSource,
    readBy: { family: 'nuget', mention: 'dotnet ' },
  },
  {
    command: /^gcloud auth (?:activate-service-account|login)/,
    where: "gcloud's configuration folder",
    remedy:
      'Run the login and the commands that need it in one RUN with --mount=type=tmpfs on the folder that CLOUDSDK_CONFIG names.',
    undo: /^gcloud auth revoke|^rm\b.*gcloud/,
    byFile: true,
  },
  {
    command: /^(?:huggingface-cli|hf(?: auth)?) login/,
    where: 'the token file of Hugging Face',
    remedy: 'Drop the login and name the secret HF_TOKEN: the tools read it from the environment.',
    undo: /^(?:huggingface-cli|hf(?: auth)?) logout|^rm\b.*huggingface/,
    recipe: loginOption('--token', 'HF_TOKEN'),
    readBy: { family: 'huggingface', runtime: true },
  },
  {
    command: /^aws configure\b/,
    where: '~/.aws/credentials',
    remedy:
      'Drop the command and name the secrets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: the tools read them from the environment.',
    undo: /^rm\b.*\.aws/,
    recipe: awsConfigure,
    readBy: { family: 'aws', runtime: true },
  },
  {
    command: /^(?:docker|podman|buildah|skopeo|crane|oras|helm|helm registry) login/,
    where: "the client's login file",
    remedy: 'Do not log in inside a build; hand the login file over as a secret mount where a step needs it.',
    undo: /^(?:docker|podman|buildah|skopeo|crane|oras|helm|helm registry) logout|^rm\b.*\.docker/,
    stdin: true,
  },
  {
    command: /^cargo login/,
    where: "cargo's credentials.toml",
    remedy: 'Drop the login and name the secret CARGO_REGISTRY_TOKEN or CARGO_REGISTRIES_<NAME>_TOKEN.',
    undo: /^cargo logout|^rm\b.*credentials/,
    recipe: cargoLogin,
    readBy: { family: 'cargo', mention: 'cargo ' },
  },
  {
    command: /^gh auth login/,
    where: "gh's hosts.yml",
    remedy: 'Drop the login and name the secret GH_TOKEN: gh reads it from the environment.',
    undo: /^gh auth logout/,
    stdin: true,
  },
  {
    command: /^wandb login/,
    where: '~/.netrc',
    remedy: 'Drop the login and name the secret WANDB_API_KEY: the tool reads it from the environment.',
    undo: /^rm\b.*[._]netrc/,
    recipe: loginOperand('WANDB_API_KEY'),
    readBy: { family: 'wandb', runtime: true },
  },
  {
    command: /^snyk (?:auth|config set)/,
    where: "snyk's configuration",
    remedy: 'Drop the login and name the secret SNYK_TOKEN: the tool reads it from the environment.',
    recipe: loginOperand('SNYK_TOKEN'),
    readBy: { family: 'quality', mention: 'snyk ' },
  },
  {
    command: /^sentry-cli\b.* login/,
    where: '~/.sentryclirc',
    remedy: 'Drop the login and name the secret SENTRY_AUTH_TOKEN: the tool reads it from the environment.',
    undo: /^rm\b.*sentryclirc/,
    recipe: loginOption('--auth-token', 'SENTRY_AUTH_TOKEN'),
    readBy: { family: 'sentry', mention: 'sentry' },
  },
  {
    command: /^helm repo add\b.*--password/,
    where: "helm's repositories.yaml",
    remedy: 'Run helm repo add, the commands that need it and helm repo remove in one RUN.',
    undo: /^helm repo remove/,
  },
  {
    command: /^poetry source add\b.*:\/\/[^ ]*@/,
    where: 'pyproject.toml',
    inAddress: true,
    remedy:
      'Add the source without the credentials and name the secrets POETRY_HTTP_BASIC_<SOURCE>_USERNAME and POETRY_HTTP_BASIC_<SOURCE>_PASSWORD.',
  },
  {
    command:
      /^(?:python[\d.]* -m )?(?:uv )?pip[\d.]* install\b.*(?: -e| --editable)[ =]git\+https?:\/\/[^ ]*@[^ ]*\/.*/,
    where: '.git/config of the clone that an editable install keeps',
    inAddress: true,
    remedy: 'Install it without -e, or clone it first without the token in the address.',
    undo: /^rm\b.*-\w*r/,
  },
  {
    command:
      /^(?:npm (?:i|install|add)|yarn add|pnpm (?:i|install|add))\b.*(?<!--registry) (?:git\+)?https?:\/\/[^ ]*@/,
    where: 'package.json and the lock file',
    inAddress: true,
    remedy: 'Install the address without the token, and hand the token over by git config in the same RUN.',
  },
  {
    command: /^mix hex\.(?:organization|user|repo)/,
    where: "hex's configuration folder",
    remedy: 'Run the login and mix deps.get in one RUN with --mount=type=tmpfs on the folder that HEX_HOME names.',
    undo: /^rm\b.*\.hex/,
  },
  {
    command: /^gem sources\b.*(?:-a|--add)/,
    where: "gem's configuration",
    remedy: 'Run gem sources --add, gem install and gem sources --remove in one RUN.',
    undo: /^gem sources\b.*(?:-r|--remove|-c|--clear)|^rm\b.*\.gemrc/,
    recipe: gemSource,
    readBy: { family: 'bundler', mention: 'gem install' },
  },
  {
    command: /^conda config\b.*--(?:add|append|prepend|set)/,
    where: "conda's configuration",
    remedy: 'Run conda config, conda install and conda config --remove in one RUN.',
    undo: /^conda config\b.*--remove|^rm\b.*condarc/,
  },
  {
    command:
      /^(?:conan (?:user|remote login)|az login|vault login|doctl auth|kubectl config set-credentials|npm login|terraform login|rclone config|mc alias set|nuget setapikey|jf config add|jfrog config add|ngrok config add-authtoken|doppler configure set)\b/,
    where: "the tool's configuration",
    remedy:
      'Hand the credential to the command that needs it by an environment variable of the tool, or run login and use in one RUN with --mount=type=tmpfs on its configuration folder.',
    undo: /\blogout\b/,
  },
  {
    command: /^(?:chpasswd|passwd|htpasswd|useradd|adduser|usermod)\b/,
    where: 'a password file of the image',
    remedy:
      'Set the password when the container starts: a password or its hash in an image is there for all who can pull it.',
    stdin: true,
  },
];
