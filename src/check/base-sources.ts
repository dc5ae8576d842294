import { join } from 'node:path';
import type { Sources } from '../build/sources.ts';
import type { BuildRequest } from '../buildx/index.ts';
import { ignored, parseDockerfile, parseIgnore } from '../dockerfile/index.ts';
import { hasCode } from '../errors.ts';
import type { Base } from './base.ts';

/**
 * The sources as they were in `base`: its Dockerfile, its ignore file, and the files of the context without those that came
 * with the change. Secrets and configuration are today's.
 *
 * Undefined where there was no Dockerfile, or none that can be read: then everything is new.
 */
export async function sourcesAt(base: Base, now: Sources, request: BuildRequest): Promise<Sources | undefined> {
  const { context, dockerfile } = now;
  const path = dockerfile?.file.path;
  const text = path === undefined ? undefined : await base.text(path);
  if (dockerfile === undefined || path === undefined || text === undefined || context.kind !== 'folder')
    return undefined;
  const ignoreText = (await base.text(`${path}.dockerignore`)) ?? (await base.text(join(context.dir, '.dockerignore')));
  const patterns = parseIgnore(ignoreText ?? '');
  const added = await base.added(context.dir);
  const sent = (file: string): boolean => !added(file) && !ignored(patterns, file);
  try {
    const { ignoreText: _, ...rest } = now;
    return {
      ...rest,
      ...(ignoreText === undefined ? {} : { ignoreText }),
      dockerfile: { file: dockerfile.file, model: parseDockerfile(text, { buildArgs: valuesOf(request) }) },
      paths: now.paths.filter(sent),
      credentials: now.credentials.filter((file) => sent(file.path)),
    };
  } catch (error) {
    if (hasCode(error, 'DOCKERFILE_INVALID')) return undefined;
    throw error;
  }
}

function valuesOf(request: BuildRequest): Map<string, string> {
  return new Map(request.buildArgs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])));
}
