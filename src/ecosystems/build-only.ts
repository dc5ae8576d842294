/**
 * Variables that only tools of a build read: registries, source-map upload, package managers.
 *
 * Of these safebuild does not ask whether the running program needs them. Sources: each tool's documentation.
 */
const buildOnly =
  /^(?:NPM_TOKEN|NPM_AUTH_TOKEN|NODE_AUTH_TOKEN|npm_config_.*|YARN_NPM_.*|FONTAWESOME_.*TOKEN|PIP_(?:EXTRA_)?INDEX_URL|PIP_.*|UV_(?:EXTRA_)?INDEX_.*|UV_(?:DEFAULT_)?INDEX|UV_PUBLISH_.*|POETRY_HTTP_BASIC_.*|POETRY_PYPI_TOKEN_.*|PIPENV_.*|PDM_.*|TWINE_.*|BUNDLE_.*|GEM_HOST_API_KEY|COMPOSER_AUTH|CARGO_REGISTR(?:Y|IES)_.*|CODEARTIFACT_.*|NUGET_.*|NuGetPackageSourceCredentials_.*|VSS_NUGET_.*|ORG_GRADLE_PROJECT_.*|MAVEN_.*|GPR_.*|GITHUB_PAT|SENTRY_AUTH_TOKEN|TURBO_TOKEN|NX_CLOUD_ACCESS_TOKEN|SONAR_TOKEN|CODECOV_TOKEN|SNYK_TOKEN|CHROMATIC_PROJECT_TOKEN|HEX_API_KEY|GOPROXY|GOAUTH)$/i;

/** Read by git, go and npm in a build, but by applications too: build-only where nothing else uses it. */
const buildOnlyWithGit =
  /^(?:GH_TOKEN|GITHUB_TOKEN|GITLAB_TOKEN|CI_JOB_TOKEN|GIT_TOKEN|GIT_PASSWORD|GITHUB_ACCESS_TOKEN)$/i;

const gitLike = new Set(['git', 'go', 'npm', 'pip', 'cargo', 'composer', 'bundler', 'r']);

/**
 * Whether `variable` is of use in a build only.
 *
 * `families` are the tools of the RUNs that read it; a RUN of the project's own code has the family `project`.
 */
export function isBuildOnly(variable: string, families: readonly string[]): boolean {
  if (buildOnly.test(variable)) return true;
  return buildOnlyWithGit.test(variable) && families.length > 0 && families.every((family) => gitLike.has(family));
}
