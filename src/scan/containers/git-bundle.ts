import type { Container, Host } from './container.ts';
import { startsWith } from './magic.ts';
import { type ArchiveReader, StoredArchive } from './stored-archive.ts';

/** A reference's name and more. */
const mostLineBytes = 65_536;

/** A bundle of git: references, an empty line, and a pack. Format: git's Documentation/gitformat-bundle. */
export const gitBundle: Container = {
  name: 'git bundle',
  first: '#',
  detect: (head) => startsWith(head, '# v2 git bundle\n') || startsWith(head, '# v3 git bundle\n'),
  open: (host) => new StoredArchive('git bundle', host, read(host)),
};

function* read(host: Host): ArchiveReader {
  for (;;) {
    const line = yield { kind: 'line', most: mostLineBytes };
    if (line.length === 1) break;
    if (line[line.length - 1] !== 10) {
      host.damaged('the head of the git bundle cannot be read', true);
      return line;
    }
  }
  yield { kind: 'rest', path: 'pack', sealed: 'git bundle without a pack' };
  return undefined;
}
