import { applyChanges } from '../dockerfile/index.ts';
import type { Finding, Fix, SecretMount } from '../finding.ts';
import { plan } from '../rules/index.ts';
import { type Draft, modelOf } from './inspect.ts';
import type { Project } from './project.ts';

/** A finding that an edit of a file mends. */
export type Mendable = Finding & { fix: Fix };

/** A draft with fixes in it. */
export interface Applied {
  draft: Draft;
  /** What was asked for and could not be done, in words. */
  problems: readonly string[];
  mounts: readonly SecretMount[];
  /** Names of build arguments that must no longer be passed. */
  dropBuildArgs: readonly string[];
}

/** Whether an edit of Dockerfile or ignore file mends the finding, and needs no answer first. */
export function isMendable(finding: Finding): finding is Mendable {
  const { fix, needsPerson = false } = finding;
  return !needsPerson && fix !== undefined && (fix.changes.length > 0 || (fix.ignore ?? []).length > 0);
}

/**
 * Puts the fixes of findings of this very draft into it, all together, as a build does.
 *
 * Written for people: no blank lines are left in the place of what goes.
 */
export function applyFixes(project: Project, draft: Draft, findings: readonly Finding[]): Applied {
  const wanted = plan(findings);
  const model = modelOf(project, draft.dockerfile);
  const secretEnv = knowsSecretEnv(model.directives.find(({ name }) => name === 'syntax')?.value);
  const { text, problems } = applyChanges(model, wanted.changes, { secretEnv, keepLines: false });
  const ignore = withIgnored(draft.ignore, wanted.ignore);
  return {
    draft: { ...draft, dockerfile: text, ...(ignore === undefined ? {} : { ignore }) },
    problems: problems.map(({ message }) => message),
    mounts: wanted.uses,
    dropBuildArgs: wanted.dropBuildArgs,
  };
}

/** Whether a `# syntax=` frontend knows `env=` in secret mounts: Dockerfile 1.10 and newer; a file serves the others. */
export function knowsSecretEnv(syntax: string | undefined): boolean {
  const tag = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?:(.+)$/.exec(syntax ?? '')?.[1];
  if (tag?.startsWith('experimental')) return false;
  const [, minor] = /^1\.(\d+)/.exec(tag ?? '') ?? [];
  return minor === undefined || Number(minor) >= 10;
}

function withIgnored(text: string | undefined, lines: readonly string[]): string | undefined {
  const own = text ?? '';
  const newline = own.includes('\r\n') ? '\r\n' : '\n';
  if (lines.length === 0) return text;
  const end = own === '' || own.endsWith('\n') ? '' : newline;
  return `${own}${end}${lines.map((line) => `${line}${newline}`).join('')}`;
}
