import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import { expectExit } from './rig/expect-exit.ts';
import { imageHolds } from './rig/holds.ts';
import { imagesOf } from './rig/images.ts';
import { cleanProject, leakyProject, token } from './rig/leaky.ts';
import { withWorkplace } from './rig/workplace.ts';

// Their frontend knows no --mount=type=secret,env=, so the steps read their secrets from files.
const oldEngines = ['engine26', 'engine20'] as const;

test.each(oldEngines)('%s: has no env= in secret mounts, or these tests show nothing', async (name) => {
  const engine = await useEngine(name);
  const input = 'FROM busybox:latest\nRUN --mount=type=secret,id=TOKEN,env=TOKEN test -n "$TOKEN"\n';
  const refused = await tryDocker(
    { ...engine, env: { ...engine.env, TOKEN: token } },
    ['build', '--secret=id=TOKEN', '-'],
    {
      input,
    },
  );
  expect(refused.exitCode).toBe(1);
});

test.each(oldEngines)('%s: a step gets its secrets by way of files, and the image is clean', async (name) => {
  const engine = await useEngine(name);
  const awkward = 'not a secret/7f3a"91c2+d4e8&zq';
  const project = {
    Dockerfile: `FROM busybox:latest
ARG TOKEN
ARG OTHER_TOKEN
RUN printf '%s,%s' "$TOKEN" "$OTHER_TOKEN" | sha256sum > /app.txt
CMD ["cat", "/app.txt"]
`,
    '.env': `TOKEN='${awkward}'\nOTHER_TOKEN=${token}\n`,
  };
  await withWorkplace(engine, project, async (place) => {
    expectExit(await place.safebuild(['--progress=plain', '--tag=old-clean', '.']), 0);
    expect(await docker(engine, ['run', '--rm', 'old-clean'])).toBe(
      `${createHash('sha256').update(`${awkward},${token}`).digest('hex')}  -`,
    );
    for (const secret of [awkward, token]) expect(await imageHolds(engine, 'old-clean', secret)).toBe(false);
    await removeImages(engine, ['old-clean']);
    expect(await place.leftovers()).toEqual([]);
  });
});

test.each(oldEngines)('%s: a step as another user reads its secret too', async (name) => {
  const engine = await useEngine(name);
  const project = {
    ...cleanProject,
    Dockerfile: 'FROM busybox:latest\nARG TOKEN\nUSER 1000\nRUN test -n "$TOKEN"\n',
  };
  await withWorkplace(engine, project, async (place) => {
    expectExit(await place.safebuild(['--tag=old-user', '.']), 0);
    await removeImages(engine, ['old-user']);
  });
});

test.each(oldEngines)('%s: a leak is found, and no tag is set', async (name) => {
  const engine = await useEngine(name);
  await withWorkplace(engine, leakyProject, async (place) => {
    const images = await imagesOf(engine);
    const built = await place.safebuild(['--tag=old-leaky', '.']);
    expectExit(built, 5);
    expect(built.stderr).toContain('/app.txt');
    expect(await imagesOf(engine)).toEqual(images);
  });
});
