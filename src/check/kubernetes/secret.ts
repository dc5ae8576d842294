import { isCommonWord, isPlaceholder } from '../../secrets/index.ts';
import { type Entry, entriesOf, entryOf, textOf } from '../yaml/document.ts';
import { findingAt, type YamlFound } from '../yaml/found.ts';
import { mapsOfKind, nameOf } from './config-map.ts';
import type { ManifestRule } from './rule.ts';

/** A Secret with its data stands in a file. */
export const kubernetesSecret: ManifestRule = {
  id: 'kubernetes-secret-data',
  title: 'A manifest holds the data of a Secret',
  explanation: `# kubernetes-secret-data

A manifest of kind Secret holds the values themselves. base64 in data: hides nothing.

Before:

    kind: Secret
    stringData:
      DB_PASSWORD: "the password itself"

After: no such file. The Secret is made where it is needed,

    kubectl create secret generic app-secrets --from-env-file=.env

or by what may lie in a repository: a SealedSecret, an ExternalSecret, or the same file encrypted by sops.

Everyone who can read the repository, now or later, has the values. Rotate them.
Nothing is found where every value is a placeholder or a variable (\${X}), a certificate, or encrypted by sops; it is a
warning where each is a word that every password list has.
`,
  check(file, document) {
    if (entryOf(document.contents, 'sops') !== undefined) return [];
    return mapsOfKind(document, 'Secret').flatMap((map): YamlFound[] => {
      const held = [
        ...entriesOf(entryOf(map, 'data')?.value).map((entry) => ({ entry, value: fromBase64(textOf(entry.value)) })),
        ...entriesOf(entryOf(map, 'stringData')?.value).map((entry) => ({ entry, value: textOf(entry.value) ?? '' })),
      ].filter(({ entry, value }) => !/\.(?:crt|cert)$/.test(entry.key) && isHeld(value));
      const [first] = held;
      if (first === undefined) return [];
      const weak = held.every(({ value }) => isCommonWord(value.trim()));
      const keys = held.map(({ entry }) => entry.key).join(', ');
      const finding = findingAt(file, first.entry.keyRange.start, {
        rule: kubernetesSecret.id,
        level: weak ? 'warning' : 'error',
        secret: nameOf(map),
        message: `The manifest of the Secret ${nameOf(map)} holds its values (${keys}).`,
        remedy: `Make the Secret without a file in the repository, or encrypt the file${weak ? '' : ', and rotate the values'}.`,
      });
      return [{ finding, anchor: held.map(({ entry }) => textAt(file.source, entry)).join() }];
    });
  },
};

function isHeld(value: string): boolean {
  const text = value.trim();
  return text !== '' && !/^ENC\[/.test(text) && (isCommonWord(text) || !isPlaceholder(text)) && !/\$[({]/.test(text);
}

function fromBase64(text = ''): string {
  if (/\$[({]/.test(text)) return '';
  return Buffer.from(text, 'base64').toString('latin1');
}

function textAt(source: string, { keyRange, value }: Entry): string {
  return source.slice(keyRange.start, value?.range?.[1] ?? keyRange.end);
}
