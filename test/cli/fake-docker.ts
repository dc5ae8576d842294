import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const help = fileURLToPath(new URL('../fixtures/buildx/help-0.29.txt', import.meta.url));

/**
 * A `docker` that notes what it was asked and with which variables, and ends with `FAKE_EXIT`.
 *
 * Only for what no engine decides: how safebuild calls docker, and what it does when docker fails. Builds, images and
 * registries are tested on real engines in test/docker.
 */
const script = `#!/bin/sh
here=\${0%/*}
printf '%s\\n' "$*" >> "$here/asked"
printf '%s|%s|%s\\n' "$BUILDX_BUILDER" "$DOCKER_HOST" "$DOCKER_CONTEXT" >> "$here/variables"
case "$*" in
  'buildx build --help') while IFS= read -r line; do printf '%s\\n' "$line"; done < "$here/help"; exit 0 ;;
  'buildx version') echo 'github.com/docker/buildx 0.29.1'; exit 0 ;;
  'buildx inspect'*) echo 'ERROR: Cannot connect to the Docker daemon at unix:///none. Is it running?' >&2; exit 1 ;;
esac
echo from-stdout
echo from-stderr >&2
exit "\${FAKE_EXIT:-0}"
`;

export interface FakeDocker {
  /** Makes the fake the only `docker` on PATH, with a current context of its own. */
  env: { PATH: string; DOCKER_CONFIG: string };
  /** The arguments of every call, each as one line. */
  asked(): Promise<string[]>;
  /** `BUILDX_BUILDER|DOCKER_HOST|DOCKER_CONTEXT` of every call. */
  variables(): Promise<string[]>;
}

/** Puts the fake into `dir`, which is a temporary folder. */
export async function fakeDocker(dir: string): Promise<FakeDocker> {
  const bin = join(dir, 'fake-bin');
  await mkdir(bin);
  await writeFile(join(bin, 'docker'), script);
  await chmod(join(bin, 'docker'), 0o755);
  await copyFile(help, join(bin, 'help'));
  await writeFile(join(bin, 'config.json'), '{"currentContext": "my-context"}');
  const lines = async (name: string): Promise<string[]> =>
    (await readFile(join(bin, name), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return { env: { PATH: bin, DOCKER_CONFIG: bin }, asked: () => lines('asked'), variables: () => lines('variables') };
}
