import { relative, sep } from 'node:path';
import type { SecretMount } from '../finding.ts';
import { occurrencesIn } from '../secrets/index.ts';
import { asksAgent } from './ci/needs.ts';
import { type Draft, modelOf } from './inspect.ts';
import type { Migration } from './migration.ts';
import type { Project } from './project.ts';

/** What a person does after the migration; one sentence or command a line. */
export function nextSteps(project: Project, migration: Migration, cwd: string): string[] {
  const { dropBuildArgs, draft } = migration;
  // An edit by hand may have renamed one, or taken it out.
  const mounts = migration.mounts.filter(({ id }) => draft.dockerfile.includes(`id=${id}`));
  return [
    ...removedLiterals(project, migration).map(
      (name) => `Make a new ${name} and keep it in .env: the old value stays in the history of the Dockerfile.`,
    ),
    ...dropBuildArgs.map((name) => `No longer pass --build-arg ${name}.`),
    ...(mounts.some(({ env }) => env !== undefined) && draft.dockerfile.includes(',env=')
      ? ['Mounts with env= need Docker Engine 27.3 (BuildKit 0.16) or newer.']
      : []),
    `Build it:  safebuild ${agentFlag(draft)}${buildWords(project, cwd)}`,
    ...(mounts.length === 0
      ? []
      : [
          `or plainly:  docker build ${agentFlag(draft)}${secretFlags(project, mounts, cwd).join(' ')} ${buildWords(project, cwd)}`,
        ]),
  ];
}

/** Secrets whose values stood in the Dockerfile and no longer do. */
function removedLiterals(project: Project, { draft }: Migration): string[] {
  const namesIn = (text: string): string[] =>
    occurrencesIn(modelOf(project, text), project.sources.secrets).map(({ secret }) => secret);
  const left = new Set(namesIn(draft.dockerfile));
  return [...new Set(namesIn(project.dockerfile.model.source))].filter((name) => !left.has(name));
}

/** The `--secret` flags of a plain docker build, each once. */
function secretFlags({ dir }: Project, mounts: readonly SecretMount[], cwd: string): string[] {
  const flags = mounts.map(({ id, secret }) => {
    if (secret.startsWith('file:')) return `--secret id=${id},src=${shown(cwd, `${dir}${sep}${secret.slice(5)}`)}`;
    return /^[A-Za-z_]\w*$/.test(secret) ? `--secret id=${id},env=${secret}` : `--secret id=${id},src=FILE`;
  });
  return [...new Set(flags)];
}

/** A step that asks the ssh agent gets it by this flag only. */
function agentFlag(draft: Draft): string {
  return asksAgent(draft) ? '--ssh default ' : '';
}

function buildWords({ request, dir }: Project, cwd: string): string {
  const file = request.file === undefined ? '' : `--file ${request.file} `;
  return `${file}${request.context ?? shown(cwd, dir)}`;
}

function shown(cwd: string, path: string): string {
  return relative(cwd, path).split(sep).join('/') || '.';
}
