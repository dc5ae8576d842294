import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker, withTempDir } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { withService } from '../helpers/services.ts';
import { type Engine, startNpmRegistry, startPythonIndex } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { gemFile } from './rig/gem.ts';
import { imageHolds } from './rig/holds.ts';
import { startMavenRepository } from './rig/maven-repository.ts';
import { freePort, visit } from './rig/site.ts';

const examples = fileURLToPath(new URL('../../examples/ecosystems/', import.meta.url));

interface Trial {
  ecosystem: string;
  images: readonly string[];
  /** What `ask` gives, for the one image and for the other. */
  answer: unknown;
  /** How an image is asked: what it prints, by default. */
  ask?: (engine: Engine, image: string, runFlags: readonly string[]) => Promise<unknown>;
  /** What the project is given besides its example. */
  prepare?: (folder: string) => Promise<void>;
  /** A secret that the build gets, for `--build-arg` of plain docker. */
  secret?: { name: string; value: string; part: string };
}

/** The one story of every template: both images answer alike, the split one is smaller, not root's, and without new warnings. */
async function tell({ ecosystem, images, answer, ask = printed, prepare, secret }: Trial): Promise<void> {
  const engine = await useEngine('containerd', images);
  await withTempDir(async (parent) => {
    const folder = join(parent, 'app');
    await cp(join(examples, ecosystem), folder, { recursive: true });
    await prepare?.(folder);
    const [before, after] = [`split-${ecosystem}-before`, `split-${ecosystem}-after`];
    const flags = ['--network=host', '--progress=plain'];
    const argument = secret === undefined ? [] : [`--build-arg=${secret.name}=${secret.value}`];
    await docker(engine, ['build', ...flags, ...argument, `--tag=${before}`, folder]);
    expect(await ask(engine, before, [])).toEqual(answer);
    const warned = await warnings(engine, folder);

    const built = await safebuild([...flags, '--multi-stage', `--tag=${after}`, '.'], { engine, cwd: folder });
    expectExit(built, 0);
    if (secret !== undefined) expect(built.stderr).toContain('safebuild: clean: ');
    expect(await ask(engine, after, ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL'])).toEqual(answer);
    if (secret !== undefined) {
      expect(await imageHolds(engine, before, secret.part)).toBe(true);
      expect(await imageHolds(engine, after, secret.part)).toBe(false);
    }
    expect(await inspect(engine, after, '{{.Config.User}}')).not.toMatch(/^(?:|0|root)(?::|$)/);
    const [large, small] = await Promise.all([before, after].map((image) => inspect(engine, image, '{{.Size}}')));
    expect(Number(small)).toBeLessThan(Number(large));

    const env = { XDG_STATE_HOME: join(parent, 'state') };
    const migrated = await safebuild(['migrate', '--yes', '--multi-stage'], { cwd: folder, env });
    expectExit(migrated, 0);
    const written = await readFile(join(folder, 'Dockerfile'), 'utf8');
    expect(warned).toEqual(expect.arrayContaining(await warnings(engine, folder)));
    expectExit(await safebuild(['migrate', '--yes', '--multi-stage'], { cwd: folder, env }), 0);
    expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe(written);
    await removeImages(engine, [before, after]);
  });
}

function printed(engine: Engine, image: string, runFlags: readonly string[]): Promise<string> {
  return docker(engine, ['run', '--rm', ...runFlags, image]);
}

async function warnings(engine: Engine, folder: string): Promise<string[]> {
  // it ends with 1 where there are warnings
  const { stdout } = await tryDocker(engine, ['build', '--call=check,format=json', folder]);
  const { warnings } = JSON.parse(stdout) as { warnings: { ruleName: string }[] | null };
  return [...new Set((warnings ?? []).map(({ ruleName }) => ruleName))].sort();
}

function inspect(engine: Engine, image: string, format: string): Promise<string> {
  return docker(engine, ['image', 'inspect', '--format', format, image]);
}

test('python: pip, with a private index', async () => {
  await withService(startPythonIndex, async ({ indexUrl, token }) => {
    await tell({
      ecosystem: 'python',
      images: ['python:3.11-slim'],
      answer: 'the answer is 42',
      prepare: (folder) => writeFile(join(folder, '.env'), `PIP_INDEX_URL=${indexUrl}\n`),
      secret: { name: 'PIP_INDEX_URL', value: indexUrl, part: token },
    });
  });
});

test('go: a static program', async () => {
  const images = ['golang:1.19', 'gcr.io/distroless/static-debian12:nonroot'];
  await tell({ ecosystem: 'go', images, answer: 'hello from Go' });
});

test('java: a jar that Maven builds', async () => {
  const images = ['maven:3.8-eclipse-temurin-17', 'eclipse-temurin:17-jre'];
  await tell({ ecosystem: 'java', images, answer: 'hello from Java' });
});

test('java: a jar that Gradle builds, with a file of a private repository in it', async () => {
  const password = 'not-a-secret-maven-7f3a91c2d4e8';
  const answer = 'hello from a private repository';
  await withService(
    () => startMavenRepository({ user: 'ci', password, greeting: answer }),
    async ({ url }) => {
      expect((await fetch(url)).status).toBe(401);
      await tell({
        ecosystem: 'java-gradle',
        images: ['gradle:8-jdk17', 'eclipse-temurin:17-jre'],
        answer,
        prepare: async (folder) => {
          const script = join(folder, 'build.gradle');
          const text = await readFile(script, 'utf8');
          await writeFile(script, text.replace('https://maven.example.com/releases', url));
          await writeFile(join(folder, '.env'), `ORG_GRADLE_PROJECT_repositoryPassword=${password}\n`);
        },
        secret: { name: 'ORG_GRADLE_PROJECT_repositoryPassword', value: password, part: password },
      });
    },
  );
});

test('ruby: gems without those for development', async () => {
  await tell({
    ecosystem: 'ruby',
    images: ['ruby:3.1-slim'],
    answer: 'hello from Ruby',
    prepare: async (folder) => {
      const cache = join(folder, 'vendor/cache');
      await mkdir(cache, { recursive: true });
      const greeting = 'module Greeting\n  def self.from(name) = "hello from #{name}"\nend\n';
      await writeFile(
        join(cache, 'greeting-1.0.0.gem'),
        await gemFile('greeting', '1.0.0', { 'lib/greeting.rb': greeting }),
      );
      await writeFile(
        join(cache, 'inspector-1.0.0.gem'),
        await gemFile('inspector', '1.0.0', { 'lib/inspector.rb': '' }),
      );
    },
  });
});

test('php: packages without those for development', async () => {
  await tell({ ecosystem: 'php', images: ['php:8.2-cli', 'composer:2'], answer: 'hello from PHP' });
});

test('rust: a program of Cargo', async () => {
  await tell({ ecosystem: 'rust', images: ['rust:1.63-bookworm', 'debian:bookworm-slim'], answer: 'hello from Rust' });
});

test('static site: nginx answers as serve did', async () => {
  await withService(
    () => startNpmRegistry(['serve@14.2.7']),
    async ({ url, token }) => {
      const port = await freePort();
      const [html, script] = ['text/html; charset=utf-8', 'application/javascript; charset=utf-8'];
      const home = expect.stringContaining('<h1>the private widget says hello – hello</h1>');
      const answer = [
        { path: '/', status: 200, type: html, body: home },
        {
          path: '/about',
          status: 200,
          type: html,
          body: expect.stringContaining('about: the private widget says hello'),
        },
        { path: '/about.html', status: 200, type: html, body: expect.stringContaining('about: ') },
        { path: '/docs', status: 200, type: html, body: expect.stringContaining('docs') },
        { path: '/docs/', status: 200, type: html, body: expect.stringContaining('docs') },
        { path: '/main.mjs', status: 200, type: script, body: expect.stringContaining('title') },
        { path: '/style.css', status: 200, type: 'text/css; charset=utf-8', body: expect.stringContaining('green') },
        {
          path: '/site.webmanifest',
          status: 200,
          type: 'application/manifest+json; charset=utf-8',
          body: expect.any(String),
        },
        { path: '/absent', status: 404, type: html, body: expect.stringContaining('not here') },
      ];
      await tell({
        ecosystem: 'static',
        images: ['node:20-slim', 'nginx:stable-alpine'],
        answer,
        ask: (engine, image, flags) => visit(engine, image, { port, paths: answer.map(({ path }) => path), flags }),
        prepare: async (folder) => {
          const text = await readFile(join(folder, 'Dockerfile'), 'utf8');
          const { host } = new URL(url);
          const own = text.replaceAll('https://npm.example.com', `http://${host}`).replaceAll('npm.example.com', host);
          await writeFile(join(folder, 'Dockerfile'), own.replaceAll('3000', String(port)));
          await writeFile(join(folder, '.env'), `NPM_TOKEN=${token}\n`);
        },
        secret: { name: 'NPM_TOKEN', value: token, part: token },
      });
    },
  );
});
