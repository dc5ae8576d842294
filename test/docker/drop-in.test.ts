import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { docker, type Ended, removeImages, tryDocker } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import type { Engine } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { imageHolds } from './rig/holds.ts';
import { imagesOf } from './rig/images.ts';
import { cleanProject, token } from './rig/leaky.ts';
import { type Workplace, withWorkplace } from './rig/workplace.ts';

const steps =
  'FROM busybox:latest\nWORKDIR /app\nCOPY app.txt .\nRUN cp app.txt built.txt && echo SALT > salt.txt\nCMD ["cat", "built.txt"]\n';

/** No secret anywhere: docker itself builds. */
const withoutSecrets = { Dockerfile: steps, 'app.txt': 'works\n' };
/** A secret that the Dockerfile has nothing to do with: built in quarantine, searched, then published. */
const withSecrets = { ...withoutSecrets, '.env': `TOKEN=${token}\n`, '.dockerignore': '.env\n' };

const kinds = [
  { kind: 'without secrets', files: withoutSecrets },
  { kind: 'with a secret', files: withSecrets },
];
const everywhere = bothStores.flatMap((store) => kinds.map(({ kind, files }) => ({ store, kind, files })));

test.each(everywhere)(
  '$store, $kind: the same image and the same cache as docker build',
  async ({ store, kind, files }) => {
    const engine = await useEngine(store);
    // a step of its own for each test, so that its first build finds no cache
    const salted = (salt: string) => ({
      ...files,
      Dockerfile: files.Dockerfile.replace('SALT', `${store} ${kind} ${salt}`),
    });
    await withWorkplace(engine, salted('docker first'), async (place) => {
      await docker(engine, ['build', '--no-cache', '--tag=drop-in:docker', '.'], { cwd: place.folder });
      const second = await place.safebuild(['--progress=plain', '--tag=drop-in:safe', '.']);
      expectExit(second, 0);
      expect(second.stderr).toMatch(/^#\d+ CACHED$/m);
      expect(second.stderr).not.toMatch(/^#\d+ \d+\.\d+/m);
      expect(await imageOf(engine, 'drop-in:safe')).toEqual(await imageOf(engine, 'drop-in:docker'));
    });
    await withWorkplace(engine, salted('safebuild first'), async (place) => {
      expectExit(await place.safebuild(['--no-cache', '--tag=drop-in:safe', '.']), 0);
      const second = await tryDocker(engine, ['build', '--progress=plain', '--tag=drop-in:docker', '.'], {
        cwd: place.folder,
      });
      expect(second.stderr.match(/^#\d+ CACHED$/gm)).toHaveLength(3);
      expect(await imageOf(engine, 'drop-in:docker')).toEqual(await imageOf(engine, 'drop-in:safe'));
    });
    await removeImages(engine, ['drop-in:docker', 'drop-in:safe']);
  },
);

/** Everything of an image but its id, which holds the time of the build where there are attestations. */
async function imageOf(engine: Engine, name: string): Promise<object> {
  const [image] = JSON.parse(await docker(engine, ['image', 'inspect', name])) as [Record<string, unknown>];
  const { Config, RootFS, Created, Architecture, Os, History } = image;
  return { Config, RootFS, Created, Architecture, Os, History };
}

const failing = { Dockerfile: 'FROM busybox:latest\nRUN echo before && exit 7\n' };

interface SameCase {
  title: string;
  args: readonly string[];
  files?: Readonly<Record<string, string>>;
  input?: string;
  exitCode: number;
  /** What both say about it; docker's last word when absent. */
  says?: RegExp;
  /** Tried also in a project without any secret, where docker itself builds. */
  alsoWithoutSecrets?: boolean;
}

const sameCases: readonly SameCase[] = [
  { title: 'a RUN that fails', args: ['.'], files: failing, alsoWithoutSecrets: true, exitCode: 1 },
  { title: 'a RUN that fails, quiet', args: ['-q', '.'], files: failing, exitCode: 1 },
  { title: 'an unknown flag', args: ['--no-such-flag', '.'], alsoWithoutSecrets: true, exitCode: 125 },
  { title: 'an unknown short flag', args: ['-Z', '.'], exitCode: 125 },
  { title: 'no context', args: ['--pull'], exitCode: 1 },
  { title: 'two contexts', args: ['.', '.'], exitCode: 1 },
  { title: 'a context that does not exist', args: ['no-such-folder'], exitCode: 1 },
  { title: 'a Dockerfile that does not exist', args: ['--file=No.Dockerfile', '.'], exitCode: 1 },
  {
    title: 'a Dockerfile with a mistake',
    args: ['.'],
    files: { Dockerfile: 'FROM busybox\nRAN x\n' },
    exitCode: 1,
    says: /line 2: unknown instruction/,
  },
  { title: 'a target that does not exist', args: ['--target=none', '.'], exitCode: 1 },
  { title: 'a progress mode that does not exist', args: ['--progress=loud', '.'], exitCode: 1 },
  { title: '--check', args: ['--check', '.'], exitCode: 0 },
  { title: '--progress=quiet', args: ['--progress=quiet', '.'], exitCode: 0 },
  {
    title: 'a Dockerfile on standard input',
    args: ['-q', '-'],
    input: 'FROM busybox:latest\nRUN true\n',
    alsoWithoutSecrets: true,
    exitCode: 0,
  },
  { title: '-f -', args: ['-q', '-f', '-', '.'], input: 'FROM busybox:latest\nCOPY app.txt /\n', exitCode: 0 },
  { title: '-- before the context', args: ['-q', '--', '.'], alsoWithoutSecrets: true, exitCode: 0 },
  { title: 'flags behind the context, joined and combined', args: ['.', '-qfDockerfile', '--pull=false'], exitCode: 0 },
];

test.each(sameCases)('docker and safebuild answer the same: $title', async (same) => {
  const { args, files, input, exitCode, says, alsoWithoutSecrets } = same;
  // this store's image ids do not change from one cached build to the next
  const engine = await useEngine('overlay2');
  for (const base of alsoWithoutSecrets ? [withoutSecrets, withSecrets] : [withSecrets]) {
    await withWorkplace(engine, { ...base, ...files }, async (place) => {
      const options = { cwd: place.folder, ...(input === undefined ? {} : { input }) };
      const docked = await tryDocker(engine, ['build', ...args], options);
      expectExit(docked, exitCode);
      const built = await place.safebuild(args, input === undefined ? {} : { input });
      expectExit(built, exitCode);
      expect(built.stdout).toBe(docked.stdout);
      if (says === undefined) expect(lastError(built)).toBe(lastError(docked));
      else for (const { stderr } of [docked, built]) expect(stderr).toMatch(says);
    });
  }
});

/** docker's own last word about a failure. */
function lastError({ stderr }: Ended): string | undefined {
  return stderr.split('\n').findLast((line) => line.startsWith('ERROR: '));
}

test.each(kinds)('$kind: docker flags that safebuild does not know reach docker', async ({ files }) => {
  const engine = await useEngine('containerd');
  const dockerfile =
    'FROM busybox:latest AS base\nCOPY --from=extra more.txt /\nRUN grep -q inside.example.com /etc/hosts\nFROM base AS last\nRUN exit 9\n';
  await withWorkplace(engine, { ...files, Dockerfile: dockerfile, 'extra/more.txt': 'more\n' }, async (place) => {
    const flags = ['--add-host=inside.example.com:127.0.0.9', '--ulimit', 'nofile=512:512', '--shm-size', '32m'];
    const known = ['--build-context', 'extra=extra', '--target', 'base', '--label', 'a=b', '-tdrop-in-flags'];
    expectExit(await place.safebuild([...flags, ...known, '.']), 0);
    const labels = ['image', 'inspect', '--format', '{{json .Config.Labels}}', 'drop-in-flags'];
    expect(JSON.parse(await docker(engine, labels))).toEqual({ a: 'b' });
    await removeImages(engine, ['drop-in-flags']);
  });
});

test.each(kinds)('$kind: a tar on standard input is a context', async ({ files }) => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, files, async (place) => {
    const { stdout } = await execa('tar', ['-cf', '-', 'Dockerfile', 'app.txt'], {
      cwd: place.folder,
      encoding: 'buffer',
      stripFinalNewline: false,
    });
    expectExit(await place.safebuild(['--tag=drop-in-tar', '-'], { input: stdout }), 0);
    expect(await docker(engine, ['run', '--rm', 'drop-in-tar'])).toBe('works');
    await removeImages(engine, ['drop-in-tar']);
  });
});

test('a secret is mounted into a Dockerfile from standard input too', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, { '.env': cleanProject['.env'] }, async (place) => {
    for (const args of [['-'], ['-f-', '.']]) {
      const built = await place.safebuild([...args, '--tag=drop-in-stdin'], { input: cleanProject.Dockerfile });
      expectExit(built, 0);
      expect(await docker(engine, ['run', '--rm', 'drop-in-stdin'])).toBe('built');
    }
    await removeImages(engine, ['drop-in-stdin']);
  });
});

test('--progress=rawjson stays one JSON object a line', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, cleanProject, async (place) => {
    const built = await place.safebuild(['--progress=rawjson', '--tag=drop-in-json', '.']);
    expectExit(built, 0);
    const lines = built.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('safebuild: '));
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(typeof JSON.parse(line)).toBe('object');
    await removeImages(engine, ['drop-in-json']);
  });
});

test.each(bothStores)('%s: SIGINT ends with 130, and nothing is left', async (store) => {
  const engine = await useEngine(store);
  const dockerfile = 'FROM busybox:latest\nARG TOKEN\nRUN test -n "$TOKEN" && sleep 100\n';
  await withWorkplace(engine, { ...cleanProject, Dockerfile: dockerfile }, async (place) => {
    const images = await imagesOf(engine);
    const controller = new AbortController();
    const running = place.safebuild(['--tag=drop-in-interrupted', '.'], { signal: controller.signal });
    await quarantined(place);
    controller.abort();
    expectExit(await running, 130);
    expect(await imagesOf(engine)).toEqual(images);
    // an engine that builds into its own store may have been about to make the image: a note of ids waits for the next build
    const note = store === 'overlay2' ? /^safebuild-[^/]+(?:\/engine\.json)?$/ : /^$/;
    expect((await place.leftovers()).filter((path) => !note.test(path))).toEqual([]);
    expectExit(await place.safebuild(['-f-', '--tag=drop-in-after', '.'], { input: cleanProject.Dockerfile }), 0);
    expect(await place.leftovers()).toEqual([]);
    await removeImages(engine, ['drop-in-after']);
  });
});

/** Waits until the build has its rewritten Dockerfile. */
async function quarantined(place: Workplace): Promise<void> {
  while (!(await place.leftovers()).some((path) => path.endsWith('/Dockerfile'))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A step whose layer is worth remembering, with a secret beside it. */
const largeSteps = `FROM busybox:latest
RUN head -c 1000000 /dev/urandom > /noise && echo built > /built
CMD ["cat", "/built"]
`;

test('what was proved before and lies in the engine is not copied again, and the tag is on what was proved', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, { ...withSecrets, Dockerfile: largeSteps }, async (place) => {
    // HOME is the project here: kept in it, nothing would be remembered
    const env = { XDG_STATE_HOME: join(place.folder, '..', 'state') };
    const trace = join(place.folder, '..', 'trace');
    const tag = 'drop-in-again';
    const idOf = async () => (await docker(engine, ['image', 'inspect', '--format', '{{.Id}}', tag])).trim();
    const built = async () => {
      const ended = await place.safebuild(['--json', `--trace=${trace}`, `--tag=${tag}`, '.'], { env });
      expectExit(ended, 0);
      expect(JSON.parse(ended.stdout)).toMatchObject({ verdict: 'clean', image: { digest: await idOf() } });
      expect(await place.leftovers()).toEqual([]);
      const ran = await readFile(trace, 'utf8');
      return { builds: ran.match(/run: docker buildx build --progress/g)?.length, asks: / buildx inspect /.test(ran) };
    };
    expect(await built()).toEqual({ builds: 1, asks: true });
    const [note = ''] = await readdir(join(place.folder, '..', 'cache', 'safebuild', 'layers'));
    expect(note).not.toBe('');
    expect(await built()).toEqual({ builds: 1, asks: false });
    // the image is whole, also without the build cache that its layers came from
    await docker(engine, ['builder', 'prune', '--all', '--force']);
    expect(await imageHolds(engine, tag, 'built', ['raw'])).toBe(true);
    expect(await docker(engine, ['run', '--rm', tag])).toBe('built');
    // neither image nor cache: its own layer is new, and what is remembered of the old one stands for nothing
    await removeImages(engine, [tag]);
    await docker(engine, ['builder', 'prune', '--all', '--force']);
    expect(await built()).toMatchObject({ builds: 1 });
    expect(await docker(engine, ['run', '--rm', tag])).toBe('built');
    // without the verdicts there is nothing to go by: all of it is searched again
    await rm(join(place.folder, '..', 'cache', 'safebuild', 'verdicts'), { recursive: true });
    expect(await built()).toMatchObject({ builds: 2 });
    expect(await docker(engine, ['run', '--rm', tag])).toBe('built');
    await removeImages(engine, [tag]);
  });
});

test.each(bothStores)('%s: what is remembered of the engine and is not true is not believed', async (store) => {
  const engine = await useEngine(store);
  await withWorkplace(engine, withSecrets, async (place) => {
    const answers = join(place.folder, '..', 'cache', 'safebuild', 'answers');
    const tag = 'drop-in-stale';
    expectExit(await place.safebuild([`--tag=${tag}`, '.']), 0);
    const [name = ''] = await readdir(answers);
    const note = await readFile(join(answers, name), 'utf8');
    const other = { containerd: 'graphdriver', overlay2: 'containerd' }[store];
    const changed = note.replace(/"store":"\w+"/, `"store":"${other}"`);
    expect(changed).not.toBe(note);
    await writeFile(join(answers, name), changed);
    expectExit(await place.safebuild([`--tag=${tag}`, '.']), 0);
    expect(await docker(engine, ['run', '--rm', tag])).toBe('works');
    await removeImages(engine, [tag]);
  });
});

test('DOCKER_BUILDKIT=0 is refused: the classic builder has no secret mounts', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, cleanProject, async (place) => {
    const refused = await place.safebuild(['.'], { env: { DOCKER_BUILDKIT: '0' } });
    expectExit(refused, 2);
    expect(refused.stderr).toContain('DOCKER_BUILDKIT');
  });
});
