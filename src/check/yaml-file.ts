import { dirname } from 'node:path';
import { masked } from '../build/masked.ts';
import type { SourceHost } from '../build/sources.ts';
import { loadConfig, type NameRule } from '../config/index.ts';
import { SafebuildError } from '../errors.ts';
import { createRedactor, loadSecrets } from '../secrets/index.ts';
import type { Base } from './base.ts';
import { checkCompose } from './compose/index.ts';
import { checkManifests } from './kubernetes/index.ts';
import { newSince } from './new-since.ts';
import type { CheckedFile, CheckOptions } from './result.ts';
import { readYaml } from './subjects.ts';
import { entryOf, parseYaml, type YamlFile } from './yaml/document.ts';

/** Checks a compose file or a Kubernetes manifest. Throws USAGE for any other file, CONFIG_INVALID for what is no YAML. */
export async function checkYamlFile(
  subject: { path: string; shown: string },
  options: CheckOptions,
  host: SourceHost,
  base: Base | undefined,
): Promise<CheckedFile> {
  const config = await loadConfig({
    cwd: host.cwd,
    contextDir: dirname(subject.path),
    ...(options.configPath === undefined ? {} : { explicitPath: options.configPath }),
  });
  const { secrets } = await loadSecrets({ cwd: host.cwd, env: host.env, config, envFiles: options.envFiles });
  const redactor = createRedactor(secrets);
  const given = { rules: config.secrets, diff: options.diff };
  const now = checkText(await readYaml(subject.path, subject.shown), subject.shown, given);
  if (now === undefined) {
    throw new SafebuildError('USAGE', `${subject.shown} is neither a compose file nor a Kubernetes manifest.`, {
      hint: 'See safebuild check --help.',
    });
  }
  const found = base ? newSince(await foundThen(base, subject, given), now.found) : now.found;
  // A value of .env under a name that says nothing is found by no rule, and may stand beside what a diff shows.
  return masked({ ...now, found }, redactor);
}

async function foundThen(
  base: Base,
  { path, shown }: { path: string; shown: string },
  given: { rules: ReadonlyMap<string, NameRule>; diff: boolean },
): Promise<CheckedFile['found']> {
  const text = await base.text(path);
  if (text === undefined) return [];
  try {
    return checkText(text, shown, { ...given, diff: false })?.found ?? [];
  } catch (error) {
    // What was no YAML then had no findings.
    if (error instanceof SafebuildError) return [];
    throw error;
  }
}

function checkText(
  text: string,
  shown: string,
  given: { rules: ReadonlyMap<string, NameRule>; diff: boolean },
): CheckedFile | undefined {
  const file = parseYaml(text, shown);
  if (isManifest(file)) return checkManifests(file, given.rules);
  const isCompose = file.documents.some(({ contents }) => entryOf(contents, 'services') !== undefined);
  return isCompose ? checkCompose(file, given) : undefined;
}

function isManifest({ documents }: YamlFile): boolean {
  return documents.some(
    ({ contents }) => entryOf(contents, 'apiVersion') !== undefined && entryOf(contents, 'kind') !== undefined,
  );
}
