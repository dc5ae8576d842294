import type { NameRule } from '../../config/index.ts';
import type { CheckedFile } from '../result.ts';
import type { YamlFile } from '../yaml/document.ts';
import { kubernetesConfigMap } from './config-map.ts';
import { kubernetesEnv } from './env-literal.ts';
import type { ManifestRule } from './rule.ts';
import { kubernetesSecret } from './secret.ts';

/** Every rule for Kubernetes manifests; a new one is a file and a line here. */
export const manifestRules: readonly ManifestRule[] = [kubernetesEnv, kubernetesConfigMap, kubernetesSecret];

/** Checks a file of Kubernetes manifests. */
export function checkManifests(file: YamlFile, rules: ReadonlyMap<string, NameRule>): CheckedFile {
  const found = file.documents.flatMap((document) =>
    manifestRules.flatMap((rule) => rule.check(file, document, rules)),
  );
  return { path: file.path, kind: 'kubernetes', found, diffs: [] };
}
