import { once } from 'node:events';
import { createServer } from 'node:http';
import { zip } from './zip.mjs';

const wheel = 'corp_lib-1.0.0-py3-none-any.whl';
const project = 'corp-lib';

/**
 * Starts a private Python package index on loopback, with `corp-lib` 1.0.0 in it (`corp_lib.VALUE == 42`).
 *
 * Everything asks for Basic credentials. `indexUrl` holds them, as PIP_INDEX_URL usually does.
 * Format of the pages: PEP 503; of the wheel: PEP 427.
 *
 * @param {{ user?: string, token?: string }} [login]
 * @returns {Promise<{ url: string, user: string, token: string, indexUrl: string, stop: () => Promise<void> }>}
 */
export async function startPythonIndex({ user = 'ci', token = 'not-a-secret-pypi-7f3a91c2d4e8' } = {}) {
  const expected = Buffer.from(`${user}:${token}`).toString('base64');
  const server = createServer((request, response) => {
    const [scheme, credentials] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'basic' || credentials !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="private index"' }).end();
      return;
    }
    const page = pages[request.url ?? ''];
    if (page === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': page.type }).end(page.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${server.address().port}`;
  return {
    url: `http://${host}/simple/`,
    user,
    token,
    indexUrl: `http://${user}:${token}@${host}/simple/`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const metadata = 'corp_lib-1.0.0.dist-info';
const pages = {
  '/simple/': html(`<a href="${project}/">${project}</a>`),
  [`/simple/${project}/`]: html(`<a href="${wheel}">${wheel}</a>`),
  [`/simple/${project}/${wheel}`]: {
    type: 'application/octet-stream',
    body: zip({
      'corp_lib/__init__.py': 'VALUE = 42\n',
      [`${metadata}/METADATA`]: `Metadata-Version: 2.1\nName: ${project}\nVersion: 1.0.0\n`,
      [`${metadata}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: testbed\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
      [`${metadata}/RECORD`]: [
        'corp_lib/__init__.py',
        ...['METADATA', 'WHEEL', 'RECORD'].map((f) => `${metadata}/${f}`),
      ]
        .map((path) => `${path},,\n`)
        .join(''),
    }),
  },
};

function html(body) {
  return { type: 'text/html', body: `<!DOCTYPE html><html><body>${body}</body></html>\n` };
}
