import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docker, removeImages } from '../../../helpers/docker.ts';
import { useEngine } from '../../../helpers/engine.ts';
import { safebuild } from '../../../helpers/safebuild.ts';
import type { Engine } from '../../../helpers/testbed.ts';
import { type Case, envFileOf, isCommon } from './case.ts';
import type { JsonReport } from './judge.ts';
import { type MatrixProject, writeContext, writeFiles } from './project.ts';

const bases = ['busybox:latest', 'python:3.11-slim'];

/** Folders and engines in which the images of the matrix are built and verified. */
export class Builds {
  readonly folder: string;
  readonly #images: { engine: Engine; name: string }[] = [];
  #runs = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  engine(store: 'containerd' | 'overlay2'): Promise<Engine> {
    return useEngine(store, bases);
  }

  /** Writes the context that all engines build, and the env file. */
  async writeProject(project: MatrixProject): Promise<void> {
    await writeContext(this.at('context'), project);
    await writeFile(this.at('context/Dockerfile'), project.dockerfile);
    await writeFile(this.at('context/base.Dockerfile'), project.baseDockerfile);
  }

  /** Builds base and image into the engine; `docker` as it comes, without safebuild. */
  async buildImage(engine: Engine): Promise<void> {
    await this.build(engine, ['--file=context/base.Dockerfile', '--tag=matrix-base', 'context']);
    await this.build(engine, ['--provenance=false', '--tag=matrix-leaky', 'context']);
    this.#images.push({ engine, name: 'matrix-leaky' }, { engine, name: 'matrix-base' });
  }

  /** Builds what has twins only. */
  async buildTwins(engine: Engine, twins: ReadonlyMap<string, Buffer>): Promise<void> {
    await writeFiles(this.at('clean'), twins);
    const names = ['ENV', 'LABEL', 'ONBUILD ENV'].map((word) => `${word} TOKEN_FILE=/run/secrets/token`);
    await writeFile(this.at('clean/Dockerfile'), ['FROM busybox:latest', ...names, 'COPY twins /twins', ''].join('\n'));
    await this.build(engine, ['--tag=matrix-clean', 'clean']);
    this.#images.push({ engine, name: 'matrix-clean' });
  }

  async build(engine: Engine, args: readonly string[]): Promise<void> {
    await docker(engine, ['buildx', 'build', '--progress=plain', ...args], { cwd: this.folder });
  }

  /** Runs `safebuild verify --json` with the secrets of these cases, and with no memory of an earlier run. */
  async verify(subject: string, cases: readonly Case[], engine?: Engine): Promise<JsonReport & { stderr: string }> {
    const run = `run-${++this.#runs}`;
    await mkdir(this.at(run), { recursive: true });
    await writeFile(this.at(`${run}.env`), envFileOf(cases), { mode: 0o600 });
    const path = subject.startsWith('./') ? this.at(subject) : subject;
    const ended = await safebuild(['verify', '--json', `--env-file=../${run}.env`, path], {
      cwd: this.at(run),
      env: { XDG_CACHE_HOME: this.at(`${run}/cache`), XDG_RUNTIME_DIR: this.at(run) },
      ...(engine === undefined ? {} : { engine }),
    });
    const shown = ended.stdout + ended.stderr;
    const leaked = cases.find(({ name, value }) => name !== undefined && !isCommon(value) && shown.includes(value));
    if (leaked !== undefined) throw new Error(`${leaked.group}: ${leaked.title}: the report holds the value`);
    const report = parsed(ended.stdout);
    if (report === undefined) throw new Error(`verify ended with ${ended.exitCode}: ${ended.stderr}`);
    return { ...report, stderr: ended.stderr };
  }

  async removeImages(): Promise<void> {
    for (const { engine, name } of this.#images) await removeImages(engine, [name]);
  }
}

function parsed(text: string): JsonReport | undefined {
  try {
    const report = JSON.parse(text) as Partial<JsonReport>;
    return report.leaks === undefined || report.incomplete === undefined ? undefined : (report as JsonReport);
  } catch {
    return undefined;
  }
}
