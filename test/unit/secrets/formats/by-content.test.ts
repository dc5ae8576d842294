import { expect, test } from '@jest/globals';
import { readByContent } from '../../../../src/secrets/formats/by-content.ts';

const value = 'not-a-secret-7f3a91c2d4e8';
const other = 'not-a-secret-either-5b6c7d8e';

function found(text: string): [string, string][] {
  return readByContent(text).map((part) => [part.name, part.value]);
}

test.each<[format: string, text: string, expected: [string, string][]]>([
  [
    'npmrc',
    `registry=https://npm.example.com/\nalways-auth=true\n//npm.example.com/:_authToken=${value}\n`,
    [['//npm.example.com/:_authToken', value]],
  ],
  ['an npmrc of one line', `//npm.example.com/:_authToken=${value}\n`, [['//npm.example.com/:_authToken', value]]],
  ['npmrc with _auth', `_auth=${value}\nemail=a@example.com\n`, [['_auth', value]]],
  ['yarnrc', `npmRegistryServer: "https://npm.example.com"\nnpmAuthToken: "${value}"\n`, [['npmAuthToken', value]]],
  ['netrc', `machine git.example.com\n  login app\n  password ${value}\n`, [['password', value]]],
  ['a netrc of one line', `machine git.example.com login app password ${value}`, [['password', value]]],
  [
    'netrc with two machines',
    `machine a.example.com login app password ${value}\nmachine b.example.com login app password ${other}\n`,
    [
      ['password', value],
      ['password', other],
    ],
  ],
  [
    'pip.conf',
    `[global]\nindex-url = https://app:${value}@pypi.example.com/simple\ntimeout = 60\n`,
    [
      ['index-url', `https://app:${value}@pypi.example.com/simple`],
      ['url password', value],
    ],
  ],
  [
    'pip.conf with a second index on a line of its own',
    `[global]\nextra-index-url =\n    https://pypi.example.com/a\n    https://app:${value}@pypi.example.com/b\n`,
    [['url password', value]],
  ],
  ['pypirc', `[pypi]\nusername = __token__\npassword = ${value}\n`, [['password', value]]],
  [
    'AWS credentials',
    `[default]\nregion = eu-west-1\naws_secret_access_key = ${value}\n`,
    [['aws_secret_access_key', value]],
  ],
  [
    'settings.xml',
    `<settings><servers><server><id>releases</id><username>app</username><password>${value}</password></server></servers></settings>`,
    [['password', value]],
  ],
  [
    'nuget.config',
    `<packageSourceCredentials>\n<add key="Username" value="app" />\n<add key="ClearTextPassword" value="${value}" />\n</packageSourceCredentials>`,
    [['ClearTextPassword', value]],
  ],
  [
    'kubeconfig',
    `apiVersion: v1\nkind: Config\nclusters:\n  - cluster:\n      certificate-authority-data: Q0Etbm90LWEtc2VjcmV0LTdmM2E5MWMyZDRlOA==\nusers:\n  - name: app\n    user:\n      token: ${value}\n`,
    [['token', value]],
  ],
  ['gem credentials', `---\n:rubygems_api_key: ${value}\n`, [[':rubygems_api_key', value]]],
  ['cargo credentials', `[registry]\ntoken = "${value}" # of the team\n`, [['token', value]]],
  ['an inline table', `[http-basic]\nfoo = { username = "app", password = "${value}" }\n`, [['password', value]]],
  ['gradle.properties', `org.gradle.jvmargs=-Xmx2g\nrepoPassword=${value}\n`, [['repoPassword', value]]],
  ['an env file', `PORT=3000\nexport API_KEY="${value}" # of the team\n`, [['API_KEY', value]]],
  ['a value with # in it', `[a]\npassword = not-a#secret-7f3a91c2d4e8\n`, [['password', 'not-a#secret-7f3a91c2d4e8']]],
  ['.pgpass', `db.example.com:5432:app:app:${value}\n`, [['password', value]]],
  ['git-credentials', `https://app:${value}@git.example.com\nhttps://b.example.com\n`, [['url password', value]]],
  [
    'Docker credentials',
    `{"auths":{"registry.example.com":{"auth":"${value}"}}}`,
    [['auths/registry.example.com/auth', value]],
  ],
  ['JSON that no parser takes', `{\n  // local\n  "password": "${value}",\n}\n`, [['password', value]]],
  ['a header in a curl config', `header = "Authorization: Bearer ${value}"\nsilent\n`, [['header token', value]]],
  [
    'a list of tokens',
    'q7Zt2LmX9vB4nK8sW1yR\nr8Au3MnY0wC5oL9tX2zS\n',
    [
      ['value', 'q7Zt2LmX9vB4nK8sW1yR'],
      ['value', 'r8Au3MnY0wC5oL9tX2zS'],
    ],
  ],
])('%s', (_format, text, expected) => {
  expect(found(text)).toEqual(expected);
});

test.each([
  `//npm.example.com/:_authToken=\${NPM_TOKEN}\n`,
  `machine git.example.com login app password \${PASSWORD}\n`,
  `[global]\nindex-url = https://app:\${PASSWORD}@pypi.example.com/simple\n`,
  `<server><password>\${env.PASSWORD}</password></server>`,
  'users:\n  - user:\n      token: <token>\n',
  'API_KEY=changeme\nTOKEN=\nDB_PASSWORD="$OTHER"\n',
  'sort_key=created_at\ncache-key: v1\nauth: basic\n',
  'token_file: /run/secrets/token\nsecret: /run/secrets/app\npassword_policy: strict\n',
  '{"token_uri":"https://auth.example.com/token","secret":"<your secret>"}',
  'correct horse battery staple',
  'a password of several words\nand another line of it',
  'dG9rZW5wYXNzd29yZA==',
  'not-a-secret-7f3a91c2d4e8',
])('no credential is made up: %j', (text) => {
  expect(found(text)).toEqual([]);
});

test('what may be the first half of a password gives no name', () => {
  expect(found(`hunter-token=${value}`)).toEqual([['value', value]]);
  expect(found(`a: b\nq7Zt2LmX9vB4nK8sW1yR-token=${value}`)).toEqual([['value', value]]);
  expect(found('users:\n  password: not-a-secret=7f3a91c2d4e8')).toEqual([['password', 'not-a-secret=7f3a91c2d4e8']]);
  expect(found('password: >-\n  not-a-secret=7f3a91c2d4e8')).toEqual([
    ['value', '7f3a91c2d4e8'],
    ['password', 'not-a-secret=7f3a91c2d4e8'],
  ]);
});
