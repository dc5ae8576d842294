import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker, withTempDir } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import type { Engine } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { type Form, formsOf, holds, imageHolds } from './rig/holds.ts';
import { type Ending, type Mechanism, mechanisms } from './rig/mechanisms.ts';
import { snapshotOf, writeProject } from './rig/project.ts';

const exitCodes: Readonly<Record<Ending, number>> = { clean: 0, asks: 4, stopped: 5 };

const cases = mechanisms.flatMap((mechanism) =>
  (mechanism.inBothStores ? bothStores : bothStores.slice(0, 1)).map((store) => ({
    store,
    title: mechanism.title,
    mechanism,
  })),
);

test.each(cases)('$store: $title', async ({ store, mechanism }) => {
  const engine = await useEngine(store);
  await withTempDir(async (folder) => {
    await writeProject(folder, mechanism.files);
    expect(await leaksWithDocker(engine, folder, mechanism)).toBe(true);
    const before = await snapshotOf(folder);

    const built = await safebuild([...flagsOf(mechanism), '--tag=mechanism-safe', '.'], { engine, cwd: folder });
    expectExit(built, exitCodes[mechanism.ending]);
    expect(holds(Buffer.from(built.stdout + built.stderr), formsOf(mechanism.secret))).toBe(false);
    if (mechanism.ending === 'clean') {
      expect(await leaks(engine, 'mechanism-safe', folder, mechanism)).toBe(false);
      await removeImages(engine, ['mechanism-safe']);
    } else {
      expect((await tryDocker(engine, ['image', 'inspect', 'mechanism-safe'])).exitCode).toBe(1);
      expect(await snapshotOf(folder)).toEqual(before);
    }
    rows.set(
      mechanism.title,
      `| ${mechanism.title} | ${mechanism.leaksInto ?? 'image'} | ${words[mechanism.ending]} |`,
    );
  });
});

async function leaksWithDocker(engine: Engine, folder: string, mechanism: Mechanism): Promise<boolean> {
  const flags = [...flagsOf(mechanism), ...(mechanism.dockerFlags ?? [])];
  await docker(engine, ['build', ...flags, '--tag=mechanism-docker', '.'], { cwd: folder });
  const { form = 'raw', leaksInto } = mechanism;
  const leaked = await leaks(engine, 'mechanism-docker', folder, mechanism, [form]);
  if (leaksInto === undefined) await removeImages(engine, ['mechanism-docker']);
  else await rm(join(folder, leaksInto));
  return leaked;
}

async function leaks(
  engine: Engine,
  image: string,
  folder: string,
  { secret, leaksInto }: Mechanism,
  forms?: readonly Form[],
): Promise<boolean> {
  if (leaksInto === undefined) return imageHolds(engine, image, secret, forms);
  return holds(await readFile(join(folder, leaksInto)), formsOf(secret, forms));
}

function flagsOf({ flags = [] }: Mechanism): readonly string[] {
  return ['--progress=plain', ...flags];
}

// The table for the documentation: LEAK_TABLE=docs/leak-table.md npm run test:docker -- test/docker/mechanisms.test.ts
const words: Readonly<Record<Ending, string>> = {
  clean: 'mends it: built, proved clean (0)',
  asks: 'asks a person, builds nothing (4)',
  stopped: 'finds it, publishes nothing (5)',
};
const rows = new Map<string, string>();
afterAll(async () => {
  const path = process.env.LEAK_TABLE;
  if (path === undefined) return;
  const head = ['| The secret gets in by | `docker build` leaks it into | `safebuild` |', '| --- | --- | --- |'];
  await writeFile(path, `${[...head, ...rows.values()].join('\n')}\n`);
});
