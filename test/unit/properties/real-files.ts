import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** Where Dockerfiles lie on a machine that builds and develops; what is not there is not there. */
const roots = [
  join(project, 'examples'),
  join(project, 'test/fixtures/rules'),
  join(project, 'node_modules'),
  '/usr/share/doc',
  '/usr/lib/google-cloud-sdk/platform',
  '/usr/lib/python3/dist-packages',
  '/usr/lib/go/src',
  '/usr/share/golang-go/src',
  '/usr/lib/node_modules',
];

const maxDepth = 9;

/** The paths of all Dockerfiles that this project, its packages and this machine carry. */
export function realDockerfiles(): string[] {
  return roots.filter(existsSync).flatMap((root) => below(root, 0));
}

/** Its text; also what is no Dockerfile at all is one of these names somewhere. */
export function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}

function below(folder: string, depth: number): string[] {
  if (depth > maxDepth) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return below(path, depth + 1);
    return entry.isFile() && isNamedSo(path) && statSync(path).size < 256 * 1024 ? [path] : [];
  });
}

function isNamedSo(path: string): boolean {
  return /^(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$|\.Dockerfile$/.test(basename(path)) && !path.endsWith('.gz');
}
