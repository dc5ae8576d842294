// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of shells and tools
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
  /** Only what stands in such a word is kept, of words with variables as written; any word where it is absent. */
  word?: RegExp;
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

/** A word that is an address, or that may be one behind a variable. */
const address = /^(?:git\+)?\w+:\/\/|^\$/;

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
    // A pull leaves its address in the reflog.
    command: /^git (?:-\S+ \S+ )*(?:clone|remote (?:add|set-url)|submodule add|fetch|pull)\b/,
    where: '.git/config of the clone',
    inAddress: true,
    word: address,
    remedy:
      'Clone the address without the token, and hand the token over by GIT_CONFIG_COUNT, GIT_CONFIG_KEY_0=http.<address>.extraheader and GIT_CONFIG_VALUE_0 in front of the command (git 2.31 or newer); or remove the .git folder in the same RUN.',
    undo: /^rm\b.*(?:\.git\b|-\w*r)|^git (?:-\S+ \S+ )*remote (?:set-url|remove|rm)/,
  },
  {
    command: /^git (?:-\S+ \S+ )*clone\b.* (?:-c|--config)[ =]/,
    where: '.git/config of the clone',
    word: /(?:insteadOf|extraheader|credential|token|password)[.\w]*=/i,
    remedy:
      'Put the option in front of the subcommand: git -c …=… clone …. There it holds for this one command only and is written nowhere.',
    undo: /^rm\b.*(?:\.git\b|-\w*r)/,
  },
  {
    command: /^git credential(?:-store\b.*|) (?:approve|store)\b/,
    where: "git's credential store",
    remedy:
      'Hand the credential over by GIT_CONFIG_COUNT, GIT_CONFIG_KEY_0=http.<address>.extraheader and GIT_CONFIG_VALUE_0 in front of the command that fetches (git 2.31 or newer).',
    undo: /^rm\b.*\.git-credentials|^git credential(?:-store)? (?:reject|erase)/,
    stdin: true,
  },
  {
    // Its own uses of variables are the matter of npmrc-echo, which writes the name in place of the value.
    command: /^(?:(?:npm|pnpm|yarn|yarnpkg) config set|(?:npm|pnpm) set)\b/,
    where: 'its configuration file',
    remedy:
      "Write the name of a variable in place of the value, in single quotes: '${NAME}'. npm, pnpm and yarn expand it when they read the file, so mount the secret with env=NAME on each RUN that installs.",
    undo: /^(?:npm|pnpm|yarn|yarnpkg) config (?:delete|rm|unset)|^rm\b.*\.(?:npmrc|yarnrc)/,
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
    stdin: true,
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
    stdin: true,
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
    command: /^glab auth login/,
    where: "glab's config.yml",
    remedy: 'Drop the login and name the secret GITLAB_TOKEN: glab reads it from the environment.',
    undo: /^glab auth logout/,
    stdin: true,
  },
  {
    command: /^uv auth login/,
    where: "uv's credentials.toml",
    remedy:
      'Drop the login and name the secrets UV_INDEX_<NAME>_USERNAME and UV_INDEX_<NAME>_PASSWORD: uv reads them from the environment.',
    undo: /^uv auth logout/,
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
    command: /^(?:poetry|pdm|pipenv) (?:add|install)\b/,
    where: 'the project file and the lock file',
    inAddress: true,
    word: /^(?:[\w.-]+(?:\[[\w,]+\])? ?@ ?)?(?:git\+)?\w+:\/\/|^--[\w-]+=\w+:\/\//,
    remedy:
      'Add the address without the credential, and hand the token over by GIT_CONFIG_COUNT or the variables of the tool in the same RUN.',
  },
  {
    command: /^pdm config\b/,
    where: "pdm's config.toml",
    remedy:
      'Drop the command and put the address without the credential into pyproject.toml, with ${NAME} for the secret.',
    undo: /^pdm config\b.*(?:-d|--delete)/,
  },
  {
    command: /^go env -w\b/,
    where: "go's env file",
    remedy: 'Drop the command and name the secret GOPROXY (or whatever is set): go reads it from the environment.',
    undo: /^go env -u\b/,
  },
  {
    command: /^(?:add-apt-repository|apt-add-repository|yum-config-manager|dnf config-manager|zypper (?:addrepo|ar))\b/,
    where: 'the list of package sources',
    inAddress: true,
    word: /:\/\/|^\$/,
    remedy: 'Add the source, install from it and remove it again in one RUN.',
    undo: /^(?:add-apt-repository|apt-add-repository)\b.*(?:-r|--remove)|^zypper (?:removerepo|rr)|^rm\b.*\/(?:sources\.list\.d|yum\.repos\.d)/,
  },
  {
    // With --passphrase-fd 0 it is the passphrase that comes by the input, and the key from a file.
    command: /^gpg2?\b(?!.*--passphrase-fd[ =]0\b).*--import\b/,
    // Its words hold names of files and passphrases; a key comes by its input.
    word: /^$/,
    where: "gpg's keyring",
    remedy:
      'Import the key, use it and remove the keyring (rm -rf ~/.gnupg) in one RUN, or set GNUPGHOME to a tmpfs mount.',
    undo: /^rm\b.*(?:\.gnupg|GNUPGHOME)|^gpg2?\b.*--delete-secret/,
    stdin: true,
    byFile: true,
  },
  {
    command: /^crontab\b/,
    word: /^$/,
    where: 'the crontab',
    remedy: 'Let the job read the value from a file or variable that the container gets when it starts.',
    stdin: true,
  },
  {
    command: /^(?:terraform|tofu) init\b/,
    where: '.terraform/terraform.tfstate',
    word: /^-?-backend-config|=/,
    remedy:
      'Run init, the commands that need it and rm -rf .terraform in one RUN, or hand the credential over by a variable of the backend.',
    undo: /^rm\b.*\.terraform/,
  },
  {
    command: /^cmake\b/,
    where: 'CMakeCache.txt and what is built',
    word: /^-D|=/,
    remedy: 'Let the build read the value from a variable of its environment, and only where it downloads.',
    undo: /^rm\b.*(?:CMakeCache|-\w*r)/,
  },
  {
    command: /^(?:go (?:build|install)\b.*-ldflags|(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)\b.* -D)/,
    where: 'the program',
    word: /-X\b|^-D/,
    remedy: 'Read the value when the program runs: who has the image reads it out of the program.',
  },
  {
    command: /^(?:mkdir|touch|mkfifo)\b/,
    where: 'the name of a file',
    remedy: 'Name the file by something that is no secret.',
    undo: /^rm\b/,
  },
  {
    command:
      /^(?:dvc remote (?:add|modify)|git remote-codecommit|databricks configure|oc login|cf (?:login|auth)|ibmcloud login|heroku auth|luarocks config|augtool (?:-s )?set|pear config-set|pecl config-set|s3cmd --configure|dart pub token add|flutter pub token add|helm registry login|twine register)\b/,
    where: "the tool's configuration",
    remedy:
      'Hand the credential to the command that needs it by an environment variable of the tool, or run login and use in one RUN with --mount=type=tmpfs on its configuration folder.',
    undo: /\blogout\b/,
    stdin: true,
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
