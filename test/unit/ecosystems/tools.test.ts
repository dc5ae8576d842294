import { describe, expect, test } from '@jest/globals';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { isBuildOnly, mentionCounts } from '../../../src/ecosystems/index.ts';
import { plan, runRules } from '../../../src/rules/index.ts';
import { contextOf } from '../rules/case.ts';

/** Whether a RUN with this command is given the variable, when the files mention it as said. */
function isGiven(variable: string, command: string, mentions: readonly string[] = []): boolean {
  const source = `FROM alpine\nARG ${variable}\nRUN ${command}\n`;
  const files = Object.fromEntries(mentions.map((path) => [path, { mentions: [variable] }]));
  const context = contextOf(source, { about: '', secrets: { [variable]: null }, files, expect: { findings: [] } });
  expect(parseDockerfile(source).instructions).toHaveLength(3);
  return plan(runRules(context)).uses.length > 0;
}

describe('a tool is given the variables that it reads', () => {
  test.each([
    ['NPM_TOKEN', 'npm ci'],
    ['NPM_CONFIG_TOKEN', 'sudo -E npm install'],
    ['YARN_NPM_AUTH_TOKEN', 'yarn'],
    ['PIP_INDEX_URL', 'python3 -m pip install -r requirements.txt'],
    ['UV_INDEX_ACME_PASSWORD', 'uv sync --frozen'],
    ['POETRY_HTTP_BASIC_ACME_PASSWORD', 'poetry install'],
    ['BUNDLE_GEMS__EXAMPLE__COM', 'bundle install'],
    ['COMPOSER_AUTH', 'composer install'],
    ['ORG_GRADLE_PROJECT_token', './gradlew build'],
    ['GITHUB_TOKEN', 'go mod download'],
    ['CARGO_REGISTRIES_ACME_TOKEN', 'cargo build --release'],
    ['NuGetPackageSourceCredentials_acme', 'dotnet restore'],
    ['AWS_SECRET_ACCESS_KEY', 'aws s3 cp s3://a/b .'],
    ['CLOUDSDK_AUTH_ACCESS_TOKEN', 'gsutil cp gs://a/b .'],
    ['SENTRY_AUTH_TOKEN', 'sentry-cli releases new 1'],
    ['SENTRY_AUTH_TOKEN', 'yarn build'],
    ['HF_TOKEN', 'hf download acme/model'],
    ['TF_TOKEN_app_example_com', 'terraform init'],
    ['GITHUB_PAT', 'Rscript install.R'],
    ['HEX_API_KEY', 'mix deps.get'],
  ])('%s: %s', (variable, command) => {
    expect(isGiven(variable, command)).toBe(true);
  });
});

describe('and nothing else is', () => {
  test.each([
    ['NPM_TOKEN', 'npm config get registry'],
    ['NPM_TOKEN', 'apt-get install -y npm'],
    ['PIP_INDEX_URL', 'npm ci'],
    ['GITHUB_TOKEN', 'git config --global user.name x'],
    ['API_KEY', 'npm ci'],
    ['API_KEY', 'node --version'],
    ['API_KEY', 'python -m pip install x'],
    ['API_KEY', 'sh -c "ls"'],
    ['API_KEY', '. /etc/profile'],
    ['API_KEY', 'apt-get update'],
  ])('%s: %s', (variable, command) => {
    expect(isGiven(variable, command, ['src/config.ts'])).toBe(false);
  });
});

describe('code of the project is given what its files mention', () => {
  test.each([
    ['npm run build', 'src/config.ts', true],
    ['npm run build', 'docs/setup.md', false],
    ['npm run build', 'package-lock.json', false],
    ['./build.sh', 'build.sh', true],
    ['node -r dotenv/config build.js', 'build.js', true],
    ['node -e "1"', 'build.js', false],
    ['bash scripts/build.sh', 'scripts/build.sh', true],
    ['make', 'Makefile', true],
    ['python manage.py collectstatic', 'app/settings.py', true],
    ['mvn package', 'settings.xml', true],
    ['pip install -r requirements.txt', 'requirements.txt', true],
    ['bundle install', 'Gemfile', true],
    ['dotnet restore', 'NuGet.Config', true],
  ])('%s, %s: %s', (command, path, given) => {
    expect(isGiven('API_KEY', command, [path])).toBe(given);
  });
});

test('some variables are for a build by their name, others where only tools of a build read them', () => {
  expect(isBuildOnly('NPM_TOKEN', [])).toBe(true);
  expect(isBuildOnly('PIP_EXTRA_INDEX_URL', ['project'])).toBe(true);
  expect(isBuildOnly('GITHUB_TOKEN', ['git', 'go'])).toBe(true);
  expect(isBuildOnly('GITHUB_TOKEN', ['git', 'project'])).toBe(false);
  expect(isBuildOnly('GITHUB_TOKEN', [])).toBe(false);
  expect(isBuildOnly('DATABASE_URL', ['npm'])).toBe(false);
});

test('templates of .env and pipelines mention variables for people', () => {
  expect(['.env.example', '.github/workflows/ci.yml', 'compose.yaml', 'Dockerfile.dev'].some(mentionCounts)).toBe(
    false,
  );
  expect(['src/env.ts', 'Makefile', 'config/app.yml'].every(mentionCounts)).toBe(true);
});
