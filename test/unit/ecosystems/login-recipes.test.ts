import { expect, test } from '@jest/globals';
import { persistences } from '../../../src/ecosystems/index.ts';

/** The recipe for a command whose words are separated by single blanks and hold no quotes with blanks. */
function recipe(line: string): string | undefined {
  const words = line.split(' ').map((raw) => ({ raw, value: raw.replace(/["']/g, '') }));
  const known = persistences.find(({ command }) => command.test(words.map(({ value }) => value).join(' ')));
  const found = known?.recipe?.(words);
  return found && [found.before, found.after].filter(Boolean).join(' … ');
}

test.each([
  [
    'pip config set global.index-url https://x:$T@example.com/simple',
    'export PIP_INDEX_URL=https://x:$T@example.com/simple',
  ],
  ['python3 -m pip config --user set global.extra-index-url "$T"', 'export PIP_EXTRA_INDEX_URL="$T"'],
  ['poetry config pypi-token.acme-dev $T', 'export POETRY_PYPI_TOKEN_ACME_DEV=$T'],
  ['bundle config --local https://gems.example.com/ $T', 'export BUNDLE_GEMS__EXAMPLE__COM=$T'],
  [
    'gem sources --add https://x:$T@gems.example.com/',
    'gem sources --add https://x:$T@gems.example.com/ … gem sources --remove https://x:$T@gems.example.com/',
  ],
  ['cargo login $T', 'export CARGO_REGISTRY_TOKEN=$T'],
  ['huggingface-cli login --token=$T', 'export HF_TOKEN=$T'],
  ['aws configure set aws_session_token $T', 'export AWS_SESSION_TOKEN=$T'],
  ['wandb login $T', 'export WANDB_API_KEY=$T'],
  ['snyk auth $T', 'export SNYK_TOKEN=$T'],
  ['sentry-cli login --auth-token $T', 'export SENTRY_AUTH_TOKEN=$T'],
  [
    'git config --system http.extraHeader "$T"',
    'git config --system http.extraHeader "$T" … git config --system --unset-all http.extraHeader',
  ],
  [
    "git config --global 'url.https://x:T@example.com/.insteadOf' ssh://example.com/",
    "git config --global 'url.https://x:T@example.com/.insteadOf' ssh://example.com/ … git config --global --remove-section 'url.https://x:T@example.com/'",
  ],
  [
    'composer global config --auth gitlab-token.example.com $T',
    'composer global config --auth gitlab-token.example.com $T … composer config --global --auth --unset gitlab-token.example.com',
  ],
  [
    'nuget sources add -Name a -Source u -Password $T -ConfigFile n.config',
    'nuget sources add -Name a -Source u -Password $T -ConfigFile n.config … nuget sources remove -Name a -ConfigFile n.config',
  ],
])('%s', (line, expected) => {
  expect(recipe(line)).toBe(expected);
});

test.each([
  ['pip config set global.proxy http://x:$T@example.com', 'an option that is no address of packages'],
  ['pip config --editor vi edit $T', 'no setting'],
  ['poetry config repositories.acme https://x:$T@example.com', 'an address for publishing'],
  ['poetry config http-basic.acme $T', 'a password that is asked for'],
  ['bundle config gems-example.com $T', 'a dash that no variable can have in older versions'],
  ['bundle config path $T', 'no host'],
  ['gem sources --add https://x:$T@gems.example.com/ --clear-all', 'options that take more away'],
  ['cargo login --registry a b $T', 'words too many'],
  ['aws configure set aws_secret_access_key $T --profile p', 'another profile'],
  ['hf auth login --token $T --add-to-git-credential', 'a second place'],
  ['git config url.https://x:$T@example.com/.insteadOf https://example.com/', 'the configuration of a repository'],
  ['git config --global --add http.extraheader $T', 'further values beside it'],
  ['git config --global credential.helper $T', 'a helper that stores'],
  ['composer config repositories.a https://x:$T@example.com', 'the project file'],
  ['dotnet nuget add source https://example.com -p $T', 'no name to remove it by'],
  ['docker login -p $T', 'no way without a file'],
])('%s has none: %s', (line) => {
  expect(recipe(line)).toBeUndefined();
});
