import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker, withTempDir } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { withService } from '../helpers/services.ts';
import type { Engine } from '../helpers/testbed.ts';
import { hostIn, rewritten } from '../unit/build/project.ts';
import { expectExit } from './rig/expect-exit.ts';
import { configurationOf, filesOf } from './rig/file-listing.ts';
import { imageHolds } from './rig/holds.ts';
import { token } from './rig/leaky.ts';
import { writeProject } from './rig/project.ts';

/** What stands in the file that only the build may have. */
const licence = 'not-a-secret-licence-58d0c1e7b2';

/** A server of files as companies have them: whoever does not know the token gets nothing. */
async function startFiles(): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const inAddress = request.url?.endsWith(`?key=${token}`) === true;
    const known = inAddress || request.headers['x-key'] === token;
    // What ADD fetches stays in the image, so that it is nothing private.
    response.writeHead(known ? 200 : 401).end(known ? `${inAddress ? 'data' : licence}\n` : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

interface Idiom {
  title: string;
  /** What leaks with docker: the token itself, or what it was used to fetch. */
  leaked: string;
  /** `@URL` is the server's address. */
  dockerfile: readonly string[];
  /** What the rewritten file must hold. */
  holds: RegExp;
}

const metadata = [
  'ENV MODE=production PATH=/opt/bin:$PATH',
  'LABEL org.example.team="a b"',
  'EXPOSE 8080/tcp',
  'VOLUME /data',
  'STOPSIGNAL SIGINT',
  'HEALTHCHECK --interval=30s CMD true',
  'ENTRYPOINT ["cat"]',
  'CMD ["/opt/result"]',
];

const idioms: readonly Idiom[] = [
  {
    title: 'a download that a later layer deletes, with a COPY between',
    leaked: licence,
    dockerfile: [
      'FROM busybox:latest AS app',
      'WORKDIR /srv/app',
      'SHELL ["/bin/sh", "-c"]',
      'ARG VERSION=1',
      ...metadata,
      'ARG TOKEN',
      'RUN mkdir -p /opt && chown 1234:5678 /opt && wget -q --header "X-Key: $TOKEN" -O /tmp/sdk.txt @URL/sdk && chmod 640 /tmp/sdk.txt',
      'COPY --chown=1234 app .',
      'RUN wc -l < /tmp/sdk.txt > /opt/result && ln -s result /opt/link && ln /opt/result /opt/hard && chmod 4755 /opt/hard',
      'RUN test "$VERSION$MODE" = 1production',
      'ENTRYPOINT ["cat"]',
      'USER 1234',
      'RUN ["sh", "-c", "test $(id -u) = 1234 && cat /tmp/sdk.txt"]',
      'USER root',
      'RUN rm /tmp/sdk.txt',
      'USER 1234:5678',
    ],
    holds: /^FROM app-base AS app-private$/m,
  },
  {
    title: 'a credential file that heredoc and exec forms read',
    leaked: token,
    dockerfile: [
      'FROM busybox:latest',
      'ARG TOKEN',
      'RUN umask 077 && echo "key=$TOKEN" > /root/.sdkrc',
      'COPY app /app',
      'RUN <<EOF',
      'mkdir -p /opt',
      'wc -c < /root/.sdkrc > /opt/result',
      'EOF',
      'COPY app /app2',
      'RUN ["sh", "-c", "grep -q key= /root/.sdkrc"]',
      ...metadata,
      'RUN rm -f /root/.sdkrc',
    ],
    holds: /--mount=type=bind,from=final-private,source=\/root\/\.sdkrc/,
  },
  {
    title: 'a file that code of the project may read, in RUNs alone',
    leaked: token,
    dockerfile: [
      'FROM busybox:latest',
      'WORKDIR /app',
      'COPY app .',
      'ARG TOKEN',
      'RUN echo "key=$TOKEN" > /app/ci.ini',
      '',
      '# two ways to build',
      'RUN cd /tmp && sh /app/run.sh || sh /app/run.sh again; touch here',
      'RUN mkdir -p /opt; ls > /opt/result; V=1; export V',
      'RUN test -z "$V" && rm /app/ci.ini',
      ...metadata,
    ],
    holds: /&& \\\n {4}\( mkdir -p \/opt;/,
  },
  {
    title: 'ADD of an address with a token in it',
    leaked: token,
    dockerfile: [
      'FROM busybox:latest',
      'ARG TOKEN',
      'WORKDIR /srv',
      'ADD --chmod=640 @URL/data.txt?key=$TOKEN data.txt',
      'ADD @URL/data.txt?key=$TOKEN data/set/',
      'ADD @URL/other?key=$TOKEN /opt/result',
      ...metadata,
    ],
    holds: /^RUN --mount=type=secret,id=TOKEN,env=TOKEN,required=true mkdir -p "data\/set" && wget /m,
  },
];

test.each(idioms)('containerd: $title', async ({ leaked, dockerfile, holds }) => {
  const engine = await useEngine('containerd');
  await withService(startFiles, ({ url }) =>
    withTempDir(async (folder) => {
      const text = `${dockerfile.join('\n')}\n`.replaceAll('@URL', url);
      await writeProject(folder, {
        Dockerfile: text,
        '.env': `TOKEN=${token}\nLICENCE=${licence}\n`,
        '.dockerignore': '.env\n',
        'app/run.sh': 'test -f /app/ci.ini && echo built "$@" > /app/out\n',
      });
      await docker(engine, ['build', '--network=host', `--build-arg=TOKEN=${token}`, '--tag=rewrite-docker', folder]);
      expect(await imageHolds(engine, 'rewrite-docker', leaked)).toBe(true);
      expectExit(await safebuild(['verify', 'rewrite-docker'], { engine, cwd: folder }), 5);

      const built = await safebuild(['--network=host', '--progress=plain', '--tag=rewrite-safe', '.'], {
        engine,
        cwd: folder,
      });
      expectExit(built, 0);
      expect(await imageHolds(engine, 'rewrite-safe', leaked)).toBe(false);
      expect(await imageHolds(engine, 'rewrite-safe', token)).toBe(false);
      expect(await filesOf(engine, 'rewrite-safe')).toEqual(await filesOf(engine, 'rewrite-docker'));
      expect(await configurationOf(engine, 'rewrite-safe')).toEqual(await configurationOf(engine, 'rewrite-docker'));
      const answer = await docker(engine, ['run', '--rm', 'rewrite-docker']);
      expect(await docker(engine, ['run', '--rm', 'rewrite-safe'])).toBe(answer);

      const { rewrite } = await rewritten(hostIn(folder), ['.']);
      expect(rewrite?.text).toMatch(holds);
      await expectSound(engine, folder, text, rewrite?.text ?? '', new Set(rewrite?.mounts.map(({ id }) => id)));
      await removeImages(engine, ['rewrite-docker', 'rewrite-safe']);
    }),
  );
});

interface Outline {
  secrets?: readonly { name: string }[];
}

/** BuildKit's own checks have nothing to say that they did not say before, and its outline has the planned secrets. */
async function expectSound(
  engine: Engine,
  folder: string,
  before: string,
  after: string,
  secrets: ReadonlySet<string>,
): Promise<void> {
  const file = join(folder, 'rewritten.Dockerfile');
  const call = async <T>(what: string): Promise<T> => {
    const flags = [`--call=${what},format=json`, '--file', file];
    // It ends with 1 where there are warnings.
    return JSON.parse((await tryDocker(engine, ['buildx', 'build', ...flags, folder])).stdout) as T;
  };
  const rulesOf = async (text: string) => {
    await writeFile(file, text);
    const { warnings } = await call<{ warnings: readonly { ruleName: string }[] | null }>('lint');
    return new Set((warnings ?? []).map(({ ruleName }) => ruleName));
  };
  const known = await rulesOf(before);
  expect([...(await rulesOf(after))].filter((rule) => !known.has(rule))).toEqual([]);
  const outline = await call<Outline>('outline');
  expect(new Set((outline.secrets ?? []).map(({ name }) => name))).toEqual(secrets);
  expect(await readFile(file, 'utf8')).toBe(after);
}
