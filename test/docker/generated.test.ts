import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tryDocker, withTempDir } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import type { Engine } from '../helpers/testbed.ts';
import { dockerfiles, type Generated } from '../unit/properties/dockerfiles.ts';
import { mendOnce } from '../unit/properties/mended.ts';
import { writeProject } from './rig/project.ts';

// The engine's own parser and linter over what test/unit/properties generates: it accepts what we accept, complains of
// nothing new after the rules, and sees exactly the mounts that the rules say they added.

const samples = 32;

/** Four at a time: each call waits for the engine most of its time. */
const atOnce = 4;

test('the engine has no new complaint about what the rules wrote, and lists the mounts that they added', async () => {
  const engine = await useEngine('containerd');
  // `# syntax=` would fetch a frontend from a registry.
  const all = fc
    .sample(dockerfiles, { numRuns: samples * 2, seed: 20261122 })
    .filter(({ source }) => !source.startsWith('# syntax='))
    .slice(0, samples);
  expect(all).toHaveLength(samples);
  await withTempDir(async (folder) => {
    const left = [...all.entries()];
    const worker = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [index, generated] = next;
        const cwd = join(folder, String(index));
        await mkdir(cwd);
        await compare(engine, cwd, generated);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  });
});

async function compare(engine: Engine, cwd: string, generated: Generated): Promise<void> {
  const { text, planned } = mendOnce(generated);
  await writeProject(cwd, { 'before.Dockerfile': generated.source, 'after.Dockerfile': text });
  const before = await complaints(engine, cwd, 'before.Dockerfile');
  const after = await complaints(engine, cwd, 'after.Dockerfile');
  const added = after.filter((rule, index) => after.indexOf(rule) === index && !before.includes(rule));
  expect({ text, added }).toEqual({ text, added: [] });

  const outline = await ask<{ secrets?: { name: string }[] | null }>(engine, cwd, 'outline', 'after.Dockerfile');
  const seen = new Set((outline.secrets ?? []).map(({ name }) => name));
  // The outline is of the last stage and what it needs; a mount of another stage is not in it.
  const known = new Set([...planned.uses.map(({ id }) => id), ...ownMounts(generated.source)]);
  expect([...seen].filter((id) => !known.has(id))).toEqual([]);
  const stages = text.split(/^FROM /m).length - 1;
  const reachable = stages === 1 ? planned.uses.map(({ id }) => id) : [];
  for (const id of reachable) expect({ text, seen: [...seen] }).toEqual({ text, seen: expect.arrayContaining([id]) });
}

function ownMounts(source: string): string[] {
  return [...source.matchAll(/--mount=type=secret,id=(\w+)/g)].map(([, id]) => id ?? '');
}

async function complaints(engine: Engine, cwd: string, file: string): Promise<string[]> {
  const { warnings } = await ask<{ warnings?: { ruleName: string }[] | null }>(engine, cwd, 'check', file);
  return (warnings ?? []).map(({ ruleName }) => ruleName);
}

/** What the engine's frontend says of a Dockerfile; throws with its words where it refuses to read it. */
async function ask<T>(engine: Engine, cwd: string, call: string, file: string): Promise<T> {
  const ended = await tryDocker(engine, ['buildx', 'build', `--call=${call},format=json`, '--file', file, '.'], {
    cwd,
  });
  const at = ended.stdout.indexOf('{');
  if (at === -1) throw new Error(`${file} is refused: ${ended.stderr}`);
  const answer = JSON.parse(ended.stdout.slice(at)) as T & { buildError?: { message: string } };
  if (answer.buildError) throw new Error(`${file} is refused: ${answer.buildError.message}`);
  return answer;
}
