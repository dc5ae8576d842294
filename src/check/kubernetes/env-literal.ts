import { isMap, type Node, visit } from 'yaml';
import type { NameRule } from '../../config/index.ts';
import { judgeLiteral } from '../literal.ts';
import { entryOf, itemsOf, rangeOf, resolved, textOf, type YamlFile } from '../yaml/document.ts';
import { findingAt, type YamlFound } from '../yaml/found.ts';
import type { ManifestRule } from './rule.ts';

/** A secret stands in `env:` of a container. */
export const kubernetesEnv: ManifestRule = {
  id: 'kubernetes-env-literal',
  title: 'A secret stands in clear in env: of a Kubernetes manifest',
  explanation: `# kubernetes-env-literal

The value of a secret stands in env: of a container.

Before:

    env:
      - name: DB_PASSWORD
        value: "the password itself"

After:

    env:
      - name: DB_PASSWORD
        valueFrom:
          secretKeyRef:
            name: app-secrets
            key: DB_PASSWORD

Everyone who can read the repository, or run kubectl get on the workload, has the value. A Secret has access rules of
its own. Make it without a file: kubectl create secret generic app-secrets --from-env-file=.env

It is a warning for words that every password list has (postgres, changeme): nothing to lose, but no lock either.
Rotate a real one: it is in the history of the repository.

To accept it: say in safebuild.yaml that the name is no secret (secrets: NAME: { kind: setting }).
`,
  check(file, document, rules) {
    const found: YamlFound[] = [];
    visit(document, {
      Pair(_key, { key, value }) {
        const name = typeof key === 'object' && key !== null && 'value' in key ? key.value : undefined;
        if (!['containers', 'initContainers', 'ephemeralContainers'].includes(String(name))) return;
        for (const container of itemsOf(value)) found.push(...inContainer(file, container, rules));
      },
    });
    return found;
  },
};

function inContainer(file: YamlFile, container: Node, rules: ReadonlyMap<string, NameRule>): YamlFound[] {
  if (!isMap(resolved(container))) return [];
  return itemsOf(entryOf(container, 'env')?.value).flatMap((item) => {
    const name = textOf(entryOf(item, 'name')?.value);
    const given = entryOf(item, 'value');
    const value = textOf(given?.value);
    const range = rangeOf(file, given?.value);
    if (name === undefined || given === undefined || value === undefined || range === undefined) return [];
    const literal = judgeLiteral(name, value, rules.get(name));
    if (literal === undefined) return [];
    const at = textOf(entryOf(container, 'name')?.value) ?? 'a container';
    const finding = findingAt(file, given.keyRange.start, {
      rule: kubernetesEnv.id,
      level: literal.weak ? 'warning' : 'error',
      secret: name,
      message: literal.weak
        ? `The container ${at} gets ${name} as a word that everybody tries first.`
        : `The value of ${name} stands in env of the container ${at}.`,
      remedy: `Take it from a Secret with valueFrom: { secretKeyRef: { name: …, key: ${name} } }${literal.weak ? '' : ', and rotate it'}.`,
    });
    return [{ finding, anchor: `${at} ${name} ${file.source.slice(range.start, range.end)}` }];
  });
}
