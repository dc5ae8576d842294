import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bed, type Case } from './case.ts';
import { filesBed } from './files.ts';
import { formsBed } from './forms.ts';
import { gitBed } from './git.ts';
import { configSteps, layerSteps, linkCase, weakSteps } from './steps.ts';
import { undeclaredBed } from './undeclared.ts';
import { pythonBed, wrappersBed } from './wrappers.ts';

/** A build context with every case of one image, and its Dockerfile. */
export interface MatrixProject {
  cases: readonly Case[];
  files: ReadonlyMap<string, Buffer>;
  /** Makes `matrix-base`. */
  baseDockerfile: string;
  dockerfile: string;
  /** Where `links/link` of the context points to. */
  linkTarget: string;
}

const plantScript = fileURLToPath(new URL('./plant.py', import.meta.url));

/** Draws all values and plants them. */
export function matrixProject(): MatrixProject {
  const copied = [formsBed(), wrappersBed(), gitBed(), filesBed(), undeclaredBed()];
  const python = pythonBed();
  const links = new Bed('layer', 'links');
  const [weak, layers, config] = [weakSteps(), layerSteps(), configSteps()];
  const beds = [...copied, python, links, weak.bed, layers.base, layers.bed, config.bed];
  const linkTarget = linkCase(links);
  const copies = [...copied, links].map(({ folder }) => `COPY ${folder} /${folder}`);
  const dockerfile = [
    'FROM python:3.11-slim AS tools',
    'COPY plant /plant',
    'RUN python3 /plant/plant.py',
    'FROM matrix-base',
    'COPY --from=tools /planted /planted',
    ...copies,
    ...layers.lines,
    ...weak.lines,
    ...config.lines,
    '',
  ].join('\n');
  return {
    cases: beds.flatMap((bed) => bed.cases),
    files: new Map(beds.flatMap((bed) => [...bed.files])),
    baseDockerfile: 'FROM busybox:latest\nCOPY base /base\n',
    dockerfile,
    linkTarget,
  };
}

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string | Buffer>): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Writes the context of the image. */
export async function writeContext(folder: string, project: MatrixProject): Promise<void> {
  await writeFiles(folder, project.files);
  await mkdir(join(folder, 'links'), { recursive: true });
  await symlink(project.linkTarget, join(folder, 'links/link'));
  await copyFile(plantScript, join(folder, 'plant/plant.py'));
}
