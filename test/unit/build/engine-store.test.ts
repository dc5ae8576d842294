import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { EngineStore } from '../../../src/build/engine-store.ts';
import { noteEngineBuild, readEngineNote, type Unproved } from '../../../src/build/unproved.ts';
import type { Docker, DockerResult } from '../../../src/buildx/docker.ts';
import { withTempDir } from '../../helpers/docker.ts';

const [mine, theirs, older] = ['sha256:a1', 'sha256:b2', 'sha256:c3'];

/** One build after another in an engine of untagged images, in folders of their own. */
class Engine {
  readonly images: Set<string>;
  readonly asked: string[] = [];
  /** Docker clients that die of a Ctrl-C at the terminal, from now on. */
  dying = 0;
  readonly #dir: string;
  #builds = 0;

  constructor(dir: string, images: readonly string[]) {
    this.#dir = dir;
    this.images = new Set(images);
  }

  async build(left: readonly string[] = [], options: { interrupted?: boolean; dockerHost?: string } = {}) {
    this.#builds += 1;
    const quarantine = join(this.#dir, String(this.#builds));
    await mkdir(quarantine);
    const found = await Promise.all(left.map(readEngineNote));
    const dirs = { quarantine, leftBehind: found.filter((note): note is Unproved => note !== undefined) };
    const abort = new AbortController();
    const env: Record<string, string> = options.dockerHost ? { DOCKER_HOST: options.dockerHost } : {};
    const store = await EngineStore.enter('default', dirs, { docker: this.#docker(), env, signal: abort.signal });
    if (options.interrupted) abort.abort();
    return { store, quarantine, note: () => readEngineNote(quarantine) };
  }

  #docker(): Docker {
    return { run: async (args) => this.#answer(args) } as Docker;
  }

  #answer(args: readonly string[]): DockerResult {
    const [, verb = ''] = args;
    const id = args.at(-1) ?? '';
    this.asked.push(verb);
    if (this.dying > 0) {
      this.dying -= 1;
      return { exitCode: 130, stdout: '', stderr: '' };
    }
    if (verb === 'ls') return { exitCode: 0, stdout: [...this.images, ''].join('\n'), stderr: '' };
    if (!this.images.has(id)) return { exitCode: 1, stdout: '', stderr: `Error: No such image: ${id}\n` };
    if (verb === 'rm') this.images.delete(id);
    return { exitCode: 0, stdout: '0 0\n', stderr: '' };
  }
}

function withEngine(images: readonly string[], action: (engine: Engine) => Promise<void>): Promise<void> {
  return withTempDir((dir) => action(new Engine(dir, images)));
}

async function noteImage(quarantine: string, id: string): Promise<void> {
  await writeFile(join(quarantine, 'metadata.json'), JSON.stringify({ 'containerimage.config.digest': id }));
}

test('from before the build until its image is gone, a note says what was there', () =>
  withEngine([older], async (engine) => {
    const { store, quarantine, note } = await engine.build();
    expect(await note()).toEqual({ folder: quarantine, builder: 'default', knownBefore: [older] });
    engine.images.add(mine);
    await store.drop(mine);
    expect([...engine.images]).toEqual([older]);
    expect(await readdir(quarantine)).toEqual([]);
  }));

test('a Ctrl-C that kills the docker client of the clean-up does not keep the image', () =>
  withEngine([], async (engine) => {
    const { store, quarantine } = await engine.build();
    engine.images.add(mine);
    engine.dying = 2;
    await store.drop(mine);
    expect([...engine.images]).toEqual([]);
    expect(await readdir(quarantine)).toEqual([]);
  }));

test('an image that could not be removed is in the note, and the next build removes it', () =>
  withEngine([older], async (engine) => {
    const killed = await engine.build();
    engine.images.add(mine);
    engine.dying = Infinity;
    await killed.store.drop(mine);
    expect(await killed.note()).toMatchObject({ knownBefore: [older], imageId: mine });
    engine.dying = 0;
    const next = await engine.build([killed.quarantine]);
    expect([...engine.images]).toEqual([older]);
    await next.store.settle();
    await expect(readdir(killed.quarantine)).rejects.toMatchObject({ code: 'ENOENT' });
  }));

test('an image that was there before the build stays', () =>
  withEngine([mine], async (engine) => {
    const { store, quarantine } = await engine.build();
    await store.drop(mine);
    expect([...engine.images]).toEqual([mine]);
    expect(await readdir(quarantine)).toEqual([]);
  }));

test('a build that failed by itself leaves no note; what buildx noted goes', () =>
  withEngine([], async (engine) => {
    const failed = await engine.build();
    await failed.store.dropFailed(1);
    expect(await failed.note()).toBeUndefined();
    const made = await engine.build();
    engine.images.add(mine);
    await noteImage(made.quarantine, mine);
    await made.store.dropFailed(1);
    expect([...engine.images]).toEqual([]);
    expect(await made.note()).toBeUndefined();
  }));

test.each([
  ['safebuild was interrupted', true, 1],
  ['docker died of a signal', false, 130],
])('a build leaves its note where the engine may just be making the image: %s', (_why, interrupted, exitCode) =>
  withEngine([older], async (engine) => {
    const { store, note } = await engine.build([], { interrupted });
    await store.dropFailed(exitCode);
    expect(await note()).toMatchObject({ knownBefore: [older] });
  }),
);

test('what came since a killed build is not taken for somebody else’s: the same build removes it', () =>
  withEngine([older], async (engine) => {
    const killed = await engine.build();
    engine.images.add(mine);
    const next = await engine.build([killed.quarantine]);
    expect([...engine.images]).toEqual([older, mine]);
    await next.store.drop(mine);
    expect([...engine.images]).toEqual([older]);
    await expect(readdir(killed.quarantine)).rejects.toMatchObject({ code: 'ENOENT' });
  }));

test('a killed build is forgotten when no image is left that it does not account for, and not before', () =>
  withEngine([older], async (engine) => {
    const killed = await engine.build();
    engine.images.add(mine);
    const ofAnotherProject = await engine.build([killed.quarantine]);
    await ofAnotherProject.store.settle();
    expect(await killed.note()).toMatchObject({ knownBefore: [older] });
    const killedToo = await engine.build([killed.quarantine]);
    expect(await killedToo.note()).toMatchObject({ knownBefore: [older] });
    const last = await engine.build([killed.quarantine, killedToo.quarantine]);
    await last.store.drop(mine);
    expect([...engine.images]).toEqual([older]);
    for (const { note } of [killed, killedToo, last]) expect(await note()).toBeUndefined();
  }));

test('the note of a build on another engine stays until somebody builds there again', () =>
  withEngine([mine], async (engine) => {
    const [here, there] = ['tcp://one.example.com:2376', 'tcp://two.example.com:2376'];
    const killed = await engine.build([], { dockerHost: there });
    await noteEngineBuild(killed.quarantine, { ...(await killed.note())!, knownBefore: [], imageId: mine });
    const other = await engine.build([killed.quarantine], { dockerHost: here });
    await other.store.settle();
    expect([...engine.images]).toEqual([mine]);
    expect(await killed.note()).toBeDefined();
    const same = await engine.build([killed.quarantine], { dockerHost: there });
    expect([...engine.images]).toEqual([]);
    await same.store.settle();
    expect(await killed.note()).toBeUndefined();
  }));

test('a note that cannot be removed, and an engine that is gone, do not fail a build that is over', () =>
  withEngine([older], async (engine) => {
    const killed = await engine.build();
    const { store, quarantine } = await engine.build([killed.quarantine]);
    await rm(join(quarantine, 'engine.json'));
    await mkdir(join(quarantine, 'engine.json'));
    engine.dying = Infinity;
    await store.settle();
    expect(await killed.note()).toBeDefined();
  }));

test('nothing is built where the engine does not say what is there', () =>
  withEngine([theirs], async (engine) => {
    engine.dying = 1;
    await expect(engine.build()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  }));
