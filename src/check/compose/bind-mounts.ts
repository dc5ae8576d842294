import type { Range } from '../../finding.ts';
import { credentialFile } from '../../secrets/index.ts';
import { entryOf, itemsOf, rangeOf, textOf, type YamlFile } from '../yaml/document.ts';
import { findingAt } from '../yaml/found.ts';
import type { ComposeRule } from './service.ts';

/** A file with credentials is bind-mounted into a service. */
export const composeSecretMount: ComposeRule = {
  id: 'compose-secret-mount',
  title: 'A compose file bind-mounts a file with credentials',
  explanation: `# compose-secret-mount

A volume of a service is a file that, by its name, holds credentials.

Before:

    services:
      app:
        volumes:
          - ./secrets.txt:/app/secrets.txt

After:

    services:
      app:
        secrets:
          - source: secrets_txt
            target: /app/secrets.txt
    secrets:
      secrets_txt:
        file: ./secrets.txt

It is a warning: a bind mount puts nothing into an image. As a secret the file is read-only, is named as what it is, and
the same compose file works where docker keeps secrets itself (swarm). A program that writes to the file needs the
mount.
`,
  check(file, service) {
    const volumes = entryOf(service.map, 'volumes');
    const all = itemsOf(volumes?.value);
    const ranges = all.flatMap((item) => rangeOf(file, item) ?? []);
    return all.flatMap((item) => {
      const mount = mountOf(item);
      const range = rangeOf(file, item);
      if (!volumes || !range || !mount || credentialFile(mount.source) === undefined) return [];
      const { source, target } = mount;
      const secret = secretName(source);
      const finding = findingAt(file, range.start, {
        rule: composeSecretMount.id,
        level: 'warning',
        message: `The service ${service.name} mounts ${source}, a file with credentials by its name, as a volume.`,
        remedy: 'Mount it as a secret: read-only, and named as what it is.',
      });
      return [
        {
          finding,
          anchor: `${service.name} ${textIn(file, range)}`,
          claim: { name: `secret ${secret}`, of: `file ${source}` },
          intents: [
            { kind: 'remove', range, all: ranges, parent: { start: volumes.keyRange.start, end: ranges.at(-1)!.end } },
            { kind: 'use', holder: service.map, before: volumes.keyRange.start, secret, target },
            { kind: 'declare', secret, from: { file: source } },
          ],
        },
      ];
    });
  },
};

function mountOf(item: Parameters<typeof textOf>[0]): { source: string; target: string } | undefined {
  const text = textOf(item);
  if (text !== undefined) {
    const [, source, target] = /^(\.{0,2}[/~][^:$]*|~[^:$]*):(\/[^:$]+)(?::[\w,]+)?$/.exec(text) ?? [];
    return source === undefined || target === undefined ? undefined : { source, target };
  }
  const [type, source, target] = ['type', 'source', 'target'].map((key) => textOf(entryOf(item, key)?.value));
  if (type !== 'bind' || source === undefined || target === undefined || `${source}${target}`.includes('$'))
    return undefined;
  return { source, target };
}

/** `./config/secrets.txt` → `secrets_txt`. */
function secretName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9]+/g, '_');
  return name.replace(/^_+|_+$/g, '').toLowerCase();
}

function textIn(file: YamlFile, { start, end }: Range): string {
  return file.source.slice(start, end);
}
