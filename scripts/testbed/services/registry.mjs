import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackedPackages } from '../debian.mjs';
import { run } from '../run.mjs';
import { startServer } from './child.mjs';

/**
 * Starts an empty container registry (Debian's docker-registry) on loopback.
 *
 * With `user` and `password` it asks for them. Docker accepts plain HTTP from 127.0.0.0/8.
 *
 * @param {{ user?: string, password?: string }} [login]
 * @returns {Promise<{
 *   url: string,
 *   host: string,
 *   received: () => Promise<{ repository: string, digest: string, tags: string[] }[]>,
 *   stop: () => Promise<void>,
 * }>} `host`: what image names start with; `received`: every manifest that ever arrived, tagged or not
 */
export async function startRegistry({ user, password } = {}) {
  // bookworm's, because a binary of the newer suites may need a newer libc
  const unpacked = await unpackedPackages({ name: 'registry', suite: 'bookworm', packages: ['docker-registry'] });
  const folder = await mkdtemp(join(tmpdir(), 'safebuild-registry-'));
  if (user !== undefined) await writeFile(join(folder, 'htpasswd'), await passwordLine(user, password));
  const configured = async (port) => {
    await writeFile(join(folder, 'config.json'), JSON.stringify(configuration(folder, port, user !== undefined)));
    return ['serve', join(folder, 'config.json')];
  };
  const env = { OTEL_TRACES_EXPORTER: 'none' };
  const server = await startServer(join(unpacked, 'usr/bin/docker-registry'), configured, { cwd: folder, env });
  return {
    url: `http://127.0.0.1:${server.port}`,
    host: `127.0.0.1:${server.port}`,
    received: () => manifestsBelow(join(folder, 'data/docker/registry/v2/repositories')),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder, port, withLogin) {
  return {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'not-a-secret-of-the-test-registry' },
    ...(withLogin ? { auth: { htpasswd: { realm: 'testbed', path: join(folder, 'htpasswd') } } } : {}),
  };
}

// the registry takes bcrypt only, which Node does not have and every Debian's perl has
async function passwordLine(user, password) {
  const program = 'print "$ENV{U}:", crypt($ENV{P}, q($2b$05$) . substr("safebuildtestbedsaltxx", 0, 22)), "\\n"';
  return (await run('perl', ['-e', program], { env: { U: user, P: password } })).stdout;
}

/** The API lists tags only; what was pushed by digest alone is seen in the storage. */
async function manifestsBelow(repositories) {
  const manifests = [];
  for (const repository of await repositoriesIn(repositories)) {
    const folder = join(repositories, repository, '_manifests');
    const tagged = new Map();
    for (const tag of await entries(join(folder, 'tags'))) {
      const digest = await readFile(join(folder, 'tags', tag, 'current/link'), 'utf8');
      tagged.set(digest, [...(tagged.get(digest) ?? []), tag]);
    }
    for (const hex of await entries(join(folder, 'revisions/sha256'))) {
      manifests.push({ repository, digest: `sha256:${hex}`, tags: tagged.get(`sha256:${hex}`) ?? [] });
    }
  }
  return manifests;
}

async function repositoriesIn(root, below = '') {
  const names = await entries(join(root, below));
  if (names.includes('_manifests')) return [below];
  const nested = await Promise.all(
    names.filter((name) => !name.startsWith('_')).map((name) => repositoriesIn(root, join(below, name))),
  );
  return nested.flat();
}

async function entries(folder) {
  return await readdir(folder).catch(() => []);
}
