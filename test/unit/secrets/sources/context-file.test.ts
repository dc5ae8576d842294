import { expect, test } from '@jest/globals';
import { readCredentialFile } from '../../../../src/secrets/sources/context-file.ts';

const value = 'not-a-secret-7f3a91c2d4e8';
const key = `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\nAAAAdzc2gtcn\n-----END OPENSSH PRIVATE KEY-----`;
const basic = Buffer.from(`user:${value}`).toString('base64');

test.each<[path: string, text: string, inside: Record<string, string>]>([
  [
    '.npmrc',
    `registry=https://npm.example.com/\n//npm.example.com/:_authToken=${value}\n`,
    { '//npm.example.com/:_authToken': value },
  ],
  ['.npmrc', `_auth = "${basic}"\nalways-auth=true\n`, { _auth: basic }],
  [
    '.yarnrc.yml',
    `npmRegistries:\n  "https://npm.example.com":\n    npmAuthToken: "${value}"\n`,
    { 'npmRegistries/https://npm.example.com/npmAuthToken': value },
  ],
  ['.yarnrc.yml', `npmAuthIdent: "user:${value}"\n`, { npmAuthIdent: `user:${value}` }],
  ['.netrc', `machine npm.example.com\n  login user\n  password ${value}\n`, { password: value }],
  ['.netrc', `machine a login b password ${value}`, { password: value }],
  [
    'pip.conf',
    `[global]\nindex-url = https://user:${value}@pypi.example.com/simple\n`,
    { 'index-url': `https://user:${value}@pypi.example.com/simple` },
  ],
  ['.pypirc', `[pypi]\nusername = __token__\npassword = ${value}\n`, { password: value }],
  ['.git-credentials', `https://user:${value}@git.example.com\n`, { 'url password': value }],
  [
    '.git/config',
    `[remote "origin"]\n\turl = https://user:${value}@git.example.com/a.git\n`,
    { url: `https://user:${value}@git.example.com/a.git` },
  ],
  [
    '.gitconfig',
    `[url "https://user:${value}@git.example.com/"]\n\tinsteadOf = https://git.example.com/\n`,
    { 'url password': value },
  ],
  ['.env', `PORT=3000\nAPI_KEY="${value}"\n`, { API_KEY: value }],
  [
    'auth.json',
    `{"http-basic":{"repo.example.com":{"username":"user","password":"${value}"}}}`,
    { 'http-basic/repo.example.com/password': value },
  ],
  [
    '.docker/config.json',
    `{"auths":{"registry.example.com":{"auth":"${basic}"}}}`,
    { 'auths/registry.example.com/auth': basic },
  ],
  [
    '.aws/credentials',
    `[default]\naws_access_key_id = AKIAQ7ZT2LMX5VB4NK6S\naws_secret_access_key = ${value}\n`,
    { aws_access_key_id: 'AKIAQ7ZT2LMX5VB4NK6S', aws_secret_access_key: value },
  ],
  [
    'settings.xml',
    `<settings><servers><server><id>a</id><username>u</username><password>${value}&amp;</password></server></servers></settings>`,
    { password: `${value}&` },
  ],
  [
    'NuGet.Config',
    `<configuration><packageSourceCredentials><feed><add key="Username" value="u" /><add key="ClearTextPassword" value="${value}" /></feed></packageSourceCredentials></configuration>`,
    { ClearTextPassword: value },
  ],
  ['gradle.properties', `org.gradle.jvmargs=-Xmx2g\nrepoPassword=${value}\n`, { repoPassword: value }],
  ['.cargo/credentials.toml', `[registry]\ntoken = "${value}"\n`, { token: value }],
  [
    '.bundle/config',
    `---\nBUNDLE_GEMS__EXAMPLE__COM: "user:${value}"\nBUNDLE_PATH: "vendor"\n`,
    { BUNDLE_GEMS__EXAMPLE__COM: `user:${value}` },
  ],
  ['.kube/config', `users:\n- name: a\n  user:\n    token: ${value}\n`, { 'users/0/user/token': value }],
  ['id_ed25519', `${key}\n`, { 'private key': key }],
  ['secrets.txt', `${value}\n`, { value }],
  ['secrets.txt', `# note\nAPI_KEY=${value}\nDEBUG=true\n`, { API_KEY: value }],
  ['secrets.txt', `api key: x\npassword: "${value}"\n`, { password: value }],
  ['.pgpass', `db.example.com:5432:app:user:${value}\n`, { value }],
  ['terraform.tfvars', `region = "eu"\ndb_password = "${value}"\n`, { db_password: value }],
])('what %s holds is found (%#)', (path, text, inside) => {
  const secrets = readCredentialFile(path, Buffer.from(text))?.secrets ?? [];
  expect(secrets[0]?.name).toBe(path);
  expect(secrets[0]?.reveal().toString()).toBe(text);
  const parts = Object.fromEntries(secrets.slice(1).map((secret) => [secret.name, secret.reveal().toString()]));
  for (const [name, expected] of Object.entries(inside)) expect(parts).toHaveProperty([`${path} (${name})`], expected);
  expect(secrets.slice(1).every(({ partOf }) => partOf === path)).toBe(true);
});

test.each([
  ['.npmrc', `registry=https://npm.example.com/\n//npm.example.com/:_authToken=\${NPM_TOKEN}\n`],
  ['.npmrc', 'engine-strict=true\n'],
  ['.yarnrc.yml', 'nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n'],
  ['.env', 'PORT=3000\nNODE_ENV=production\nNEXT_PUBLIC_API_KEY=abc123def456ghi789\n'],
  ['.env', 'API_KEY=changeme\nTOKEN=<token>\n'],
  [
    'NuGet.Config',
    '<configuration><packageSources><add key="nuget.org" value="https://api.example.com/v3/index.json" /></packageSources></configuration>',
  ],
  [
    'settings.xml',
    `<settings><servers><server><id>a</id><password>\${env.MAVEN_PASSWORD}</password></server></servers></settings>`,
  ],
  ['gradle.properties', 'org.gradle.jvmargs=-Xmx2g\norg.gradle.caching=true\n'],
  ['.git/config', '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@git.example.com:a/b.git\n'],
  ['certs/ca.pem', '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----\n'],
  ['pip.conf', '[global]\nindex-url = https://pypi.example.com/simple\n'],
])('%s without a credential is none (%#)', (path, text) => {
  expect(readCredentialFile(path, Buffer.from(text))).toMatchObject({ secrets: [], placeholdersOnly: true });
});

test('the variables that a file refers to are named', () => {
  const text = `//npm.example.com/:_authToken=\${NPM_TOKEN}\n`;
  expect(readCredentialFile('.npmrc', Buffer.from(text))?.references).toEqual(['NPM_TOKEN']);
});

test('a file in UTF-16, as PowerShell writes it, is read', () => {
  const secrets = readCredentialFile('secrets.txt', Buffer.from(`\uFEFF${value}\r\n`, 'utf16le'))?.secrets ?? [];
  expect(secrets.map((secret) => secret.reveal().toString())).toContain(value);
});

test('a file that is no credential file gives nothing', () => {
  expect(readCredentialFile('package.json', Buffer.from(`{"password":"${value}"}`))).toBeUndefined();
});
