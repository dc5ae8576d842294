/**
 * What the programs of a RUN read without being told: variables, credential files, configuration of the project.
 *
 * A secret that no command line names can still be used by one of these. Sources: each tool's own documentation of
 * environment variables and configuration files.
 */
export interface Tool {
  /** Name that credential files use too: `npm`, `pip`, `git`. */
  family: string;
  /** Program words, without folder. */
  programs: readonly RegExp[];
  /** Variables that the tool reads from its environment. */
  variables?: RegExp;
  /** Files of the context in which the tool itself expands `${VARIABLE}` or reads the environment. */
  configuration?: RegExp;
  /** Families of credential files that it reads besides its own: those of git where it clones dependencies. */
  reads?: readonly string[];
  /** Sub-commands that run the project's own code; `true` for all of them. */
  runsProject?: RegExp | true;
  /** Sub-commands that read neither registry nor credentials (`npm config set`, `go env`). */
  local?: RegExp;
}

const word = (...names: readonly string[]) => names.map((name) => new RegExp(`^(?:${name})$`, 'i'));

export const tools: readonly Tool[] = [
  {
    family: 'npm',
    reads: ['git', 'ssh', 'netrc'],
    programs: word('npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'yarnpkg', 'bun', 'bunx', 'corepack', 'lerna', 'rush', 'ncc'),
    variables:
      /^(?:npm_config_.*|NPM_TOKEN|NPM_AUTH_TOKEN|NODE_AUTH_TOKEN|YARN_.*|FONTAWESOME_.*TOKEN|CODEARTIFACT_AUTH_TOKEN)$/i,
    configuration: /(?:^|\/)(?:\.npmrc|\.yarnrc|\.yarnrc\.yml|bunfig\.toml|\.pnpmfile\.cjs)$/,
    runsProject:
      /^(?!(?:add|audit|autoclean|bin|cache|ci|clean-install|config|dedupe|exec-path|fetch|get|global|i|import|info|init|install|link|login|logout|ls|list|outdated|pack|ping|plugin|prefix|prune|publish|remove|rm|root|set|store|uninstall|unlink|up|update|upgrade|version|view|whoami|why|workspaces)$)[a-z]/,
    local: /^(?:config|set|get|cache|--version|-v|version|root|bin|prefix|help|enable|prepare)$/,
  },
  {
    family: 'pip',
    reads: ['git', 'ssh', 'netrc'],
    programs: word(
      'pip',
      'pip[23](?:\\.\\d+)?',
      'pipenv',
      'pipx',
      'poetry',
      'uv',
      'uvx',
      'pdm',
      'hatch',
      'tox',
      'twine',
      'conda',
      'mamba',
    ),
    variables: /^(?:PIP_.*|POETRY_.*|UV_.*|PDM_.*|PIPENV_.*|TWINE_.*|HATCH_.*|CODEARTIFACT_AUTH_TOKEN)$/,
    configuration:
      /(?:^|\/)(?:requirements[^/]*\.(?:txt|in)|pip\.conf|pyproject\.toml|Pipfile|setup\.(?:py|cfg)|tox\.ini)$/,
    runsProject: /^(?:run|build)$/,
    local: /^(?:config|cache|--version|-V|self|env)$/,
  },
  {
    family: 'bundler',
    reads: ['git', 'ssh', 'netrc'],
    programs: word('bundle', 'bundler', 'gem'),
    variables: /^(?:BUNDLE_.*|GEM_HOST_API_KEY|RUBYGEMS_.*)$/,
    configuration: /(?:^|\/)(?:Gemfile|\.bundle\/config|[^/]+\.gemspec)$/,
    runsProject: /^exec$/,
    local: /^(?:config|--version|-v)$/,
  },
  {
    family: 'composer',
    reads: ['git', 'ssh', 'netrc'],
    programs: word('composer', 'composer\\.phar'),
    variables: /^COMPOSER_.*$/,
    configuration: /(?:^|\/)composer\.json$/,
    runsProject: /^(?:run|run-script|exec)$/,
    local: /^(?:config|global|--version|clear-cache)$/,
  },
  {
    family: 'maven',
    programs: word('mvn', 'mvnw', 'mvnd'),
    variables: /^(?:MAVEN_.*|CODEARTIFACT_AUTH_TOKEN)$/,
    configuration: /(?:^|\/)(?:settings[^/]*\.xml|pom\.xml)$/,
    runsProject: true,
  },
  {
    family: 'gradle',
    programs: word('gradle', 'gradlew'),
    variables: /^(?:ORG_GRADLE_PROJECT_.*|GRADLE_.*|CODEARTIFACT_AUTH_TOKEN)$/,
    configuration: /(?:^|\/)(?:[^/]+\.gradle(?:\.kts)?|gradle\.properties)$/,
    runsProject: true,
  },
  {
    family: 'git',
    reads: ['ssh', 'netrc'],
    programs: word('git', 'gh', 'git-lfs'),
    variables: /^(?:GIT_.*|GH_TOKEN|GITHUB_TOKEN|GITHUB_PAT|GITLAB_TOKEN)$/,
    local: /^(?:config|--version)$/,
  },
  {
    family: 'go',
    reads: ['git', 'ssh', 'netrc'],
    programs: word('go'),
    variables: /^(?:GOPROXY|GOAUTH|GO_.*|GH_TOKEN|GITHUB_TOKEN|GITHUB_PAT)$/,
    runsProject: /^(?:run|generate|test)$/,
    local: /^(?:env|version|fmt|vet)$/,
  },
  {
    family: 'cargo',
    reads: ['git', 'ssh', 'netrc'],
    programs: word('cargo'),
    variables: /^CARGO_.*$/,
    configuration: /(?:^|\/)(?:Cargo\.toml|\.cargo\/config(?:\.toml)?)$/,
    runsProject: /^(?:run|build|test|bench|install|b|r|t)$/,
  },
  {
    family: 'nuget',
    programs: word('dotnet', 'nuget', 'msbuild'),
    variables: /^(?:NuGetPackageSourceCredentials_.*|NUGET_.*|VSS_NUGET_.*|ARTIFACTS_.*|CODEARTIFACT_AUTH_TOKEN)$/i,
    configuration: /(?:^|\/)(?:nuget\.config|Directory\.Build\.props|[^/]+\.csproj)$/i,
    runsProject: /^(?:run|build|test|publish)$/,
    local: /^(?:--version|--info|tool|nuget|sources|setapikey)$/i,
  },
  {
    family: 'aws',
    programs: word('aws', 'sam', 'cdk', 'eb', 's3cmd', 's4cmd', 'serverless', 'sls', 'dvc', 'aws-vault', 'copilot'),
    variables: /^AWS_.*$/,
  },
  {
    family: 'gcloud',
    programs: word('gcloud', 'gsutil', 'bq'),
    variables: /^(?:CLOUDSDK_.*|GOOGLE_.*|GCLOUD_.*)$/,
  },
  { family: 'azure', programs: word('az', 'azcopy', 'func'), variables: /^(?:AZURE_.*|ARM_.*|AZCOPY_.*)$/ },
  { family: 'sentry', programs: word('sentry-cli'), variables: /^SENTRY_.*$/ },
  {
    family: 'huggingface',
    programs: word('hf', 'huggingface-cli'),
    variables: /^(?:HF_.*|HUGGING_?FACE_.*)$/,
  },
  {
    family: 'terraform',
    reads: ['git', 'ssh', 'netrc', 'aws', 'gcloud'],
    programs: word('terraform', 'tofu', 'terragrunt'),
    variables: /^(?:TF_.*|TFE_TOKEN|AWS_.*|ARM_.*|GOOGLE_.*)$/,
    configuration: /\.tf$/,
  },
  { family: 'curl', reads: ['netrc'], programs: word('curl') },
  { family: 'wget', reads: ['netrc'], programs: word('wget') },
  {
    family: 'ssh',
    programs: word('ssh', 'scp', 'sftp', 'rsync'),
  },
  { family: 'apt', programs: word('apt', 'apt-get', 'aptitude') },
  { family: 'wandb', programs: word('wandb'), variables: /^WANDB_.*$/, local: /^(?:login|--version)$/ },
  { family: 'kaggle', programs: word('kaggle'), variables: /^KAGGLE_.*$/ },
  { family: 'database', programs: word('psql', 'pg_dump', 'pg_restore'), variables: /^PG.*$/ },
  { family: 'mysql', programs: word('mysql', 'mysqldump', 'mariadb'), variables: /^MYSQL_.*$/ },
  {
    family: 'r',
    reads: ['git', 'netrc'],
    programs: word('R', 'Rscript', 'install2\\.r', 'installGithub\\.r'),
    variables: /^(?:GITHUB_PAT|GITHUB_TOKEN|RENV_.*)$/,
    runsProject: true,
  },
  {
    family: 'hex',
    reads: ['git', 'ssh', 'netrc'],
    programs: word('mix', 'rebar3'),
    variables: /^HEX_.*$/,
    configuration: /(?:^|\/)mix\.exs$/,
    runsProject: true,
  },
  {
    family: 'hosting',
    programs: word('vercel', 'netlify', 'heroku', 'firebase', 'eas', 'fly', 'flyctl', 'doctl', 'wrangler', 'supabase'),
    variables:
      /^(?:VERCEL_.*|NETLIFY_.*|HEROKU_.*|FIREBASE_.*|EXPO_.*|FLY_.*|DIGITALOCEAN_.*|CLOUDFLARE_.*|SUPABASE_.*)$/,
  },
  {
    family: 'vault',
    programs: word('vault', 'bao', 'doppler', 'op', 'infisical', 'bws', 'sops'),
    variables: /^(?:VAULT_.*|BAO_.*|DOPPLER_.*|OP_.*|INFISICAL_.*|BWS_.*|SOPS_.*)$/,
  },
  {
    family: 'quality',
    programs: word('snyk', 'codecov', 'sonar-scanner', 'semgrep', 'chromatic', 'datadog-ci', 'percy', 'cypress'),
    variables: /^(?:SNYK_.*|CODECOV_.*|SONAR_.*|SEMGREP_.*|CHROMATIC_.*|DATADOG_.*|DD_.*|PERCY_.*|CYPRESS_.*)$/,
  },
  {
    family: 'dart',
    reads: ['git', 'ssh', 'netrc'],
    programs: word('dart', 'flutter'),
    variables: /^(?:PUB|DART|FLUTTER)_.*$/,
    runsProject: /^(?:run|build|test|compile)$/,
  },
  {
    family: 'deno',
    programs: word('deno'),
    variables: /^DENO_.*$/,
    runsProject: true,
  },
  { family: 'conan', programs: word('conan'), variables: /^CONAN_.*$/ },
  { family: 'jfrog', programs: word('jf', 'jfrog'), variables: /^(?:JF_.*|JFROG_.*)$/ },
  { family: 'buf', programs: word('buf'), variables: /^BUF_.*$/ },
  { family: 'pulumi', programs: word('pulumi'), variables: /^(?:PULUMI_.*|AWS_.*|ARM_.*|GOOGLE_.*)$/ },
  {
    family: 'packer',
    programs: word('packer'),
    variables: /^(?:PKR_VAR_.*|HCP_.*|PACKER_.*|AWS_.*|ARM_.*|GOOGLE_.*)$/,
  },
  {
    family: 'ansible',
    reads: ['git', 'ssh'],
    programs: word('ansible-playbook', 'ansible-pull'),
    variables: /^ANSIBLE_.*$/,
    runsProject: true,
  },
  {
    family: 'ansible',
    reads: ['git', 'ssh'],
    programs: word('ansible', 'ansible-galaxy', 'ansible-vault'),
    variables: /^ANSIBLE_.*$/,
  },
  { family: 'rclone', programs: word('rclone'), variables: /^(?:RCLONE_.*|AWS_.*)$/ },
  { family: 'minio', programs: word('mc'), variables: /^MC_HOST_.*$/ },
  { family: 'cachix', programs: word('cachix'), variables: /^CACHIX_.*$/ },
  { family: 'crowdin', programs: word('crowdin'), variables: /^CROWDIN_.*$/ },
  { family: 'helm', programs: word('helm', 'helmfile'), variables: /^HELM_.*$/ },
  { family: 'dotenv', programs: word('dotenvx', 'dotenv-vault'), variables: /^DOTENV_.*$/ },
];
