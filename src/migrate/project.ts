import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sources } from '../build/sources.ts';
import type { BuildRequest } from '../buildx/index.ts';
import type { Dockerfile } from '../dockerfile/index.ts';
import { SafebuildError } from '../errors.ts';
import { createRedactor, type Redactor } from '../secrets/index.ts';

/** A Dockerfile that can be migrated, and the files that go with it. All paths are absolute. */
export interface Project {
  sources: Sources;
  request: BuildRequest;
  /** Root of the build context. */
  dir: string;
  dockerfile: { path: string; model: Dockerfile; shown: string };
  /** The ignore file that the build reads, or would read if it were there. */
  ignorePath: string;
  configPath: string;
  /** Masks every value in whatever is shown. */
  redactor: Redactor;
}

/** The project of a build's sources. Throws `USAGE` where there is no Dockerfile on disk to write to. */
export async function projectOf(sources: Sources, request: BuildRequest): Promise<Project> {
  const { context, dockerfile, config, secrets } = sources;
  if (context.kind !== 'folder' || dockerfile?.file.path === undefined) {
    const what = request.file ?? (context.kind === 'folder' ? 'Dockerfile' : (request.context ?? '.'));
    throw new SafebuildError('USAGE', `There is no Dockerfile to migrate: ${what} is none.`, {
      hint: 'Name the folder that is built, and the Dockerfile with --file.',
    });
  }
  const { path, shown } = dockerfile.file;
  // The Dockerfile's own ignore file replaces that of the context (Docker documentation, "Filename and location").
  const own = `${path}.dockerignore`;
  const hasOwn = await access(own).then(
    () => true,
    () => false,
  );
  return {
    sources,
    request,
    dir: context.dir,
    dockerfile: { path, model: dockerfile.model, shown },
    ignorePath: hasOwn ? own : join(context.dir, '.dockerignore'),
    configPath: config.path ?? join(context.dir, 'safebuild.yaml'),
    redactor: createRedactor(secrets.secrets),
  };
}
