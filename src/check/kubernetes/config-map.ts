import { type Document, visit } from 'yaml';
import { judgeLiteral } from '../literal.ts';
import { entriesOf, entryOf, rangeOf, textOf } from '../yaml/document.ts';
import { findingAt, type YamlFound } from '../yaml/found.ts';
import type { ManifestRule } from './rule.ts';

/** A ConfigMap holds what belongs into a Secret. */
export const kubernetesConfigMap: ManifestRule = {
  id: 'kubernetes-configmap-literal',
  title: 'A ConfigMap holds a secret',
  explanation: `# kubernetes-configmap-literal

A key of a ConfigMap holds what its name, or its form, says is a secret.

Before:

    kind: ConfigMap
    data:
      API_KEY: "the key itself"

After: the key is in a Secret, which is made without a file in the repository:

    kubectl create secret generic app-secrets --from-env-file=.env

Everyone who may read the namespace reads its ConfigMaps; Secrets have rules of their own, and can be encrypted at rest.
A manifest in a repository shows the value to everyone who can read that, too. Rotate it.

To accept it: say in safebuild.yaml that the name is no secret (secrets: NAME: { kind: setting }).
`,
  check(file, document, rules) {
    return mapsOfKind(document, 'ConfigMap').flatMap((map) =>
      entriesOf(entryOf(map, 'data')?.value).flatMap(({ key, keyRange, value }): YamlFound[] => {
        const range = rangeOf(file, value);
        const literal = judgeLiteral(key, textOf(value) ?? '', rules.get(key));
        if (literal === undefined || range === undefined) return [];
        const finding = findingAt(file, keyRange.start, {
          rule: kubernetesConfigMap.id,
          level: literal.weak ? 'warning' : 'error',
          secret: key,
          message: `The ConfigMap ${nameOf(map)} holds ${key}${literal.weak ? ', a word that everybody tries first' : ''}.`,
          remedy: `Put it into a Secret that is made without a file in the repository${literal.weak ? '' : ', and rotate it'}.`,
        });
        return [{ finding, anchor: `${key} ${file.source.slice(range.start, range.end)}` }];
      }),
    );
  },
};

/** The maps with this `kind:` at any depth, as in a List. */
export function mapsOfKind(document: Document, kind: string): unknown[] {
  const found: unknown[] = [];
  visit(document, {
    Map(_key, map) {
      if (textOf(entryOf(map, 'kind')?.value) === kind) found.push(map);
    },
  });
  return found;
}

/** `metadata.name`. */
export function nameOf(map: unknown): string {
  return textOf(entryOf(entryOf(map, 'metadata')?.value, 'name')?.value) ?? 'without a name';
}
