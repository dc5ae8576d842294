import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { Sources } from '../../../src/build/sources.ts';
import { SparedLayers } from '../../../src/build/spared.ts';
import { build } from '../../../src/build.ts';
import type { Docker } from '../../../src/buildx/docker.ts';
import type { EngineAnswer } from '../../../src/buildx/engine-api.ts';
import type { Builder, Held } from '../../../src/buildx/index.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { requestOf } from '../buildx/command-line.ts';
import { Layout } from '../image/build-image.ts';
import { http } from '../publish/answers.ts';
import { hostIn, writeProject } from './project.ts';

const token = 'not-a-secret-7f3a91c2d4e8';

/**
 * Stands in for an engine with the containerd store, of which the tests need what a real one does only when it loses content:
 * BuildKit that copies no blob into a layout that is there, and a store that can be made to lack one.
 */
class StandInEngine {
  layout: Layout;
  /** What the store holds, by digest. */
  readonly store = new Set<string>();
  readonly tags = new Map<string, string>();
  /** How many bytes of blobs each build copied out. */
  readonly exported: number[] = [];
  readonly loads: number[] = [];
  /** What is still to become of builds; 0 when there is none left. */
  exitCodes: number[] = [];
  supportsEnv = true;
  /** The command lines of the builds, and the Dockerfiles. */
  readonly builds: (readonly string[])[] = [];
  readonly texts: string[] = [];
  #image: string | undefined;

  constructor(layout: Layout) {
    this.layout = layout;
    this.holdAll();
  }

  get root(): string {
    return (JSON.parse(String(this.layout.files.get('index.json'))) as { manifests: { digest: string }[] })
      .manifests[0]!.digest;
  }

  holdAll(): void {
    for (const path of this.layout.files.keys()) this.store.add(path.replace('blobs/sha256/', 'sha256:'));
  }

  readonly docker: Docker = {
    ask: async ({ method, path, body }) => {
      if (path.includes('/images/load')) {
        this.#take(await bytesOf(body));
        return http(200, '');
      }
      // Docker is asked to tag.
      return method === 'POST' ? undefined : this.#dial(path);
    },
    run: async (args, options = {}) => {
      const stdout = this.#answer(args, await bytesOf(options.input as AsyncIterable<Uint8Array> | undefined));
      return stdout === undefined
        ? { exitCode: 1, stdout: '', stderr: 'no such thing' }
        : { exitCode: 0, stdout, stderr: '' };
    },
    start: (args) => ({
      stdout: Readable.from([]),
      stderr: Readable.from([]),
      exit: this.#build(args),
    }),
    passThrough: () => Promise.resolve(1),
  };

  async #build(args: readonly string[]): Promise<number> {
    const dest = args.join(' ').match(/dest=(\S+)/)?.[1] ?? '';
    const exitCode = this.exitCodes.shift() ?? 0;
    this.builds.push(args);
    this.texts.push(await readFile(args[args.indexOf('--file') + 1] ?? '', 'utf8').catch(() => ''));
    let bytes = 0;
    for (const [path, content] of exitCode === 0 ? this.layout.files : []) {
      const file = join(dest, path);
      await mkdir(dirname(file), { recursive: true });
      if (path.startsWith('blobs/') && (await stat(file).catch(() => undefined)) !== undefined) continue;
      await writeFile(file, content);
      bytes += content.length;
    }
    this.exported.push(bytes);
    return exitCode;
  }

  #answer(args: readonly string[], input: Buffer): string | undefined {
    const command = args.join(' ');
    if (command.startsWith('buildx inspect')) {
      return 'Driver: docker\nLabels:\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\n';
    }
    if (command.startsWith('buildx')) return this.supportsEnv ? '' : undefined;
    if (command === 'load') this.#take(input);
    if (command.startsWith('tag')) this.tags.set(args[2]!, args[1]!);
    if (command.startsWith('image rm')) this.#image = undefined;
    if (command.startsWith('image inspect --format {{len')) return '0 0\n';
    if (command.startsWith('image inspect')) return `${this.tags.get(args.at(-1)!)}\n`;
    return '';
  }

  #take(input: Buffer): void {
    for (const [, hex] of input.toString('latin1').matchAll(/blobs\/sha256\/([0-9a-f]{64})\0/g))
      this.store.add(`sha256:${hex}`);
    const [, name] = /"io\.containerd\.image\.name":"([^"]+)"/.exec(input.toString('latin1')) ?? [];
    this.#image = this.root;
    if (name !== undefined) this.tags.set(name.replace('docker.io/library/', '').replace(':latest', ''), this.root);
    this.loads.push(input.length);
  }

  #dial(path: string): EngineAnswer {
    if (path === '/info') return http(200, { ID: 'stand-in', DriverStatus: [['', 'io.containerd.snapshotter.v1']] });
    if (this.#image !== this.root) return http(404, {});
    const manifest = JSON.parse(String(this.layout.files.get(`blobs/${this.root.replace(':', '/')}`)));
    const whole = [manifest.config, ...manifest.layers].every(({ digest }) => this.store.has(digest));
    return http(200, { Id: this.root, Manifests: [{ ID: this.root, Available: whole }] });
  }
}

async function bytesOf(chunks: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks ?? []) all.push(chunk);
  return Buffer.concat(all);
}

const noise = randomBytes(400_000);
function imageOf(...layers: { path: string; content: Buffer | string }[][]): Layout {
  const layout = new Layout();
  layout.root([layout.image(layers)]);
  return layout;
}
const clean = [{ path: 'app/noise', content: noise }];
const layersBytes = 400_000;

interface Place {
  engine: StandInEngine;
  build(): Promise<{ verdict: string; exitCode: number }>;
  cache: string;
}

const dockerfile = 'FROM example.com/base\nCOPY . .\n';

async function withEngine(
  layout: Layout,
  action: (place: Place) => Promise<void>,
  text: string = dockerfile,
): Promise<void> {
  await withTempDir(async (dir) => {
    const app = join(dir, 'app');
    await mkdir(app);
    await mkdir(join(dir, 'run'));
    await writeProject(app, {
      Dockerfile: text,
      '.env': `TOKEN=${token}\n`,
      '.dockerignore': '.env\n',
    });
    const engine = new StandInEngine(layout);
    const home = join(dir, 'home');
    const host = { ...hostIn(app, { HOME: home, XDG_RUNTIME_DIR: join(dir, 'run') }), docker: engine.docker };
    await action({
      engine,
      cache: join(home, '.cache', 'safebuild'),
      build: () => build(requestOf('-t', 'app', '.'), { envFiles: [] }, host),
    });
  });
}

test('a layer that was found clean and that the engine holds is not copied again', () =>
  withEngine(imageOf(clean), async ({ engine, build, cache }) => {
    const first = await build();
    expect(first).toMatchObject({ verdict: 'clean' });
    const second = await build();
    const { elapsedMs: _, ...same } = first as unknown as Record<string, unknown>;
    expect(second).toMatchObject(same);
    expect(engine.exported[0]).toBeGreaterThan(layersBytes);
    expect(engine.exported[1]).toBeLessThan(10_000);
    expect(engine.tags.get('app')).toBe(engine.root);
    expect(await readdir(join(cache, 'builds'))).toEqual([]);
  }));

test('beside a spared layer a leak in another one is found, and nothing is loaded', () =>
  withEngine(imageOf(clean), async ({ engine, build }) => {
    await build();
    engine.layout = imageOf(clean, [{ path: 'etc/key', content: token }]);
    engine.holdAll();
    const loads = engine.loads.length;
    expect(await build()).toMatchObject({ verdict: 'leak', exitCode: 5 });
    expect(engine.exported[1]).toBeLessThan(10_000);
    expect(engine.loads).toHaveLength(loads);
  }));

test('an engine that lost a spared layer gets it by a second try', () =>
  withEngine(imageOf(clean), async ({ engine, build }) => {
    await build();
    const path = [...engine.layout.files].find(([, { length }]) => length > 300_000)![0];
    engine.layout = imageOf(clean, [{ path: 'app/other', content: 'x' }]);
    engine.holdAll();
    engine.store.delete(path.replace('blobs/sha256/', 'sha256:'));
    expect(await build()).toMatchObject({ verdict: 'clean', exitCode: 0 });
    expect(engine.exported).toHaveLength(3);
    expect(engine.exported[2]).toBeGreaterThan(layersBytes);
    expect(engine.loads.at(-1)).toBeGreaterThan(layersBytes);
    expect(engine.tags.get('app')).toBe(engine.root);
  }));

test('a layer whose verdict is gone is exported and searched', () =>
  withEngine(imageOf(clean), async ({ engine, build, cache }) => {
    await build();
    await rm(join(cache, 'verdicts'), { recursive: true });
    expect(await build()).toMatchObject({ verdict: 'clean' });
    expect(engine.exported.map((bytes) => bytes > layersBytes)).toEqual([true, false, true]);
    // What --no-cache asked for has been done by then.
    expect(engine.builds.map((args) => args.includes('--no-cache=false'))).toEqual([false, false, true]);
    expect(await build()).toMatchObject({ verdict: 'clean' });
    expect(engine.exported).toHaveLength(4);
  }));

test('after an upgrade nothing is spared, so that no build runs twice', () =>
  withTempDir(async (dir) => {
    const sources = {
      context: { kind: 'remote' },
      config: { scan: {}, detectors: 'warn' },
      secrets: { secrets: [] },
    } as unknown as Sources;
    const placed = async (program: string): Promise<string[]> => {
      const layers = await SparedLayers.of(sources, { env: { HOME: dir } }, program);
      const out = join(dir, program);
      const held = { kind: 'layout', dir: out, output: { load: true } } as Held;
      await layers.place([held], { name: 'default', driver: 'docker', store: 'containerd' } as Builder);
      const found = await readdir(join(out, 'blobs/sha256'));
      await layers.remember([`sha256:${'a'.repeat(64)}`]);
      return found;
    };
    expect(await placed('one')).toEqual([]);
    expect(await placed('one')).toEqual(['a'.repeat(64)]);
    expect(await placed('two')).toEqual([]);
  }));

test('a build that fails is not tried twice for what was placed before its steps', () =>
  withEngine(imageOf(clean), async ({ engine, build }) => {
    await build();
    engine.exitCodes = [1];
    expect(await build()).toMatchObject({ verdict: 'build-failed', exitCode: 1 });
    expect(engine.exported).toHaveLength(2);
  }));

test('a note that names no digests places nothing', () =>
  withEngine(imageOf(clean), async ({ engine, build, cache }) => {
    await build();
    const [name = ''] = await readdir(join(cache, 'layers'));
    const note = join(cache, 'layers', name);
    expect(JSON.parse(await readFile(note, 'utf8'))).toEqual([expect.stringMatching(/^sha256:/)]);
    await writeFile(note, JSON.stringify(['sha256:../../../../../escaped', 7, null]));
    expect(await build()).toMatchObject({ verdict: 'clean' });
    expect(engine.exported[1]).toBeGreaterThan(layersBytes);
  }));

test('a placeholder that buildx takes away is a layer that was not exported', () =>
  withEngine(imageOf(clean), async ({ engine, build }) => {
    await build();
    const { start } = engine.docker;
    engine.docker.start = (args, options) => {
      const blobs = join(args.join(' ').match(/dest=(\S+)/)?.[1] ?? '', 'blobs/sha256');
      const started = start(args, options);
      const exit = started.exit.then(async (code) => {
        for (const name of await readdir(blobs))
          if ((await stat(join(blobs, name))).size === 0) await rm(join(blobs, name));
        return code;
      });
      return { ...started, exit };
    };
    expect(await build()).toMatchObject({ verdict: 'clean', exitCode: 0 });
    expect(engine.exported).toHaveLength(2);
  }));

test('a layer of the note that is not in this image is nothing of it', () =>
  withEngine(imageOf(clean), async ({ engine, build }) => {
    await build();
    engine.layout = imageOf([{ path: 'app/noise', content: randomBytes(400_000) }]);
    engine.holdAll();
    // oci-layout, index, manifest, config and one layer
    expect(await build()).toMatchObject({ coverage: [{ entries: 5, layers: 1, files: 1, unreferenced: 0 }] });
  }));

test('a build that fails by a remembered answer that is no longer true is tried again with the true one', () =>
  withEngine(
    imageOf(clean),
    async ({ engine, build }) => {
      await build();
      expect(engine.texts[0]).toContain('env=TOKEN');
      engine.supportsEnv = false;
      engine.exitCodes = [1];
      expect(await build()).toMatchObject({ verdict: 'clean', exitCode: 0 });
      expect(engine.texts).toHaveLength(3);
      expect(engine.texts[1]).toContain('env=TOKEN');
      expect(engine.texts[2]).not.toContain('env=TOKEN');
      engine.exitCodes = [1];
      expect(await build()).toMatchObject({ verdict: 'build-failed' });
      expect(engine.texts).toHaveLength(4);
    },
    'FROM example.com/base\nARG TOKEN\nRUN install --with $TOKEN\n',
  ));
