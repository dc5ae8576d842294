import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { TestbedFailure } from '../failure.mjs';
import { publishedPackages } from '../npm-packages.mjs';
import { startServer } from './child.mjs';

/** The private package: `require('@corp/widget')` is a function that returns a greeting. */
const widget = {
  manifest: { name: '@corp/widget', version: '1.2.3', main: 'index.js', license: 'UNLICENSED' },
  source: "module.exports = () => 'the private widget says hello';\n",
};

/**
 * Starts a private npm registry (verdaccio) on loopback, with `@corp/widget@1.2.3` in it.
 *
 * Packages of `@corp` are given only to whoever shows `token`; there is no way to any public registry. `packages` are public
 * ones that it has besides, with all that they depend on: `serve@14.2.7`.
 *
 * @param {readonly string[]} [packages]
 * @returns {Promise<{ url: string, token: string, npmrc: string, stop: () => Promise<void> }>}
 *   `npmrc`: lines of an .npmrc with `${NPM_TOKEN}` where the token goes
 */
export async function startNpmRegistry(packages = []) {
  const folder = await mkdtemp(join(tmpdir(), 'safebuild-npm-'));
  await store(join(folder, 'storage'), (await Promise.all(packages.map(publishedPackages))).flat());
  const config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify(configuration(folder)));
  const args = (port) => [verdaccioProgram(), '--config', config, '--listen', `127.0.0.1:${port}`];
  const server = await startServer(process.execPath, args, { cwd: folder });
  const url = `http://127.0.0.1:${server.port}/`;
  const token = await register(url);
  await publish(url, token, widget.manifest, await packed(widget.manifest, widget.source));
  return {
    url,
    token,
    npmrc: `@corp:registry=${url}\n${url.replace('http:', '')}:_authToken=\${NPM_TOKEN}\n`,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function verdaccioProgram() {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('verdaccio/package.json')), 'bin/verdaccio');
}

// JSON is YAML, which is what verdaccio reads
function configuration(folder) {
  return {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: 1 } },
    uplinks: {},
    packages: {
      '@corp/*': { access: '$authenticated', publish: '$authenticated' },
      '**': { access: '$all', publish: '$authenticated' },
    },
    web: { enable: false },
    log: { type: 'file', path: join(folder, 'log'), format: 'json', level: 'http' },
  };
}

/** The one account; what npm's own login does. */
async function register(url) {
  const user = { name: 'dev', password: 'not-a-secret-dev-password', email: 'dev@example.com' };
  const { token } = await put(`${url}-/user/org.couchdb.user:dev`, {}, user);
  return token;
}

/** What `npm publish` sends. */
async function publish(url, token, manifest, tarball) {
  const { name, version } = manifest;
  const file = `${name}-${version}.tgz`;
  const dist = distOf(tarball, name, file, url);
  await put(
    `${url}${encodeURIComponent(name)}`,
    { authorization: `Bearer ${token}` },
    {
      _id: name,
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
      _attachments: {
        [file]: { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: tarball.length },
      },
    },
  );
}

/**
 * Lays packages into the storage of verdaccio: to send it dozens one by one takes longer than all the rest of a test.
 *
 * Format: a folder for each name with what its `npm publish` would have left there.
 */
async function store(storage, packages) {
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  for (const name of names) {
    const folder = join(storage, name);
    await mkdir(folder, { recursive: true });
    const document = { name, versions: {}, 'dist-tags': {}, _attachments: {}, _distfiles: {}, _uplinks: {} };
    for (const { manifest, tarball } of packages.filter((one) => one.manifest.name === name)) {
      const file = `${name.split('/').at(-1)}-${manifest.version}.tgz`;
      const content = await readFile(tarball);
      await writeFile(join(folder, file), content);
      Object.assign(document.versions, { [manifest.version]: { ...manifest, dist: distOf(content, name, file) } });
      document._attachments[file] = {};
      document['dist-tags'].latest = manifest.version;
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify(document));
  }
}

function distOf(tarball, name, file, url = 'http://127.0.0.1/') {
  return {
    shasum: createHash('sha1').update(tarball).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    tarball: `${url}${name}/-/${file}`,
  };
}

async function packed(manifest, source) {
  const archive = pack();
  // fixed times, so that a lockfile's integrity holds for every start
  const mtime = new Date('2024-01-01T00:00:00Z');
  archive.entry({ name: 'package/package.json', mtime }, JSON.stringify(manifest));
  archive.entry({ name: 'package/index.js', mtime }, source);
  archive.finalize();
  return gzipSync(await buffer(archive));
}

async function put(url, headers, body) {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new TestbedFailure(`PUT ${url}: ${response.status} ${await response.text()}`);
  return await response.json();
}
