/** What docker asks every CLI plugin for (docker/cli, cli-plugins/metadata). */
export const pluginMetadata = {
  SchemaVersion: '0.1.0',
  Vendor: 'safebuild',
  ShortDescription: 'docker build that keeps secrets out of the image, and proves it',
} as const;

/** docker's own flags may stand before the plugin's name; each has a variable that says the same to our children. */
const globals: Readonly<Record<string, string>> = {
  '--context': 'DOCKER_CONTEXT',
  '-c': 'DOCKER_CONTEXT',
  '--host': 'DOCKER_HOST',
  '-H': 'DOCKER_HOST',
  '--config': 'DOCKER_CONFIG',
};

/** Sub-commands of `docker builder`, which land here when safebuild is its alias (buildkit.md 1.14). */
export const forwarded: ReadonlySet<string> = new Set([
  'bake',
  'create',
  'dial-stdio',
  'du',
  'history',
  'imagetools',
  'inspect',
  'ls',
  'prune',
  'rm',
  'stop',
  'use',
]);

/**
 * Reads `docker [GLOBAL FLAGS] safebuild …` as docker hands it to a plugin.
 *
 * Returns the arguments behind the plugin's name, and the variables that stand for the global flags before it.
 */
export function readPluginArguments(argv: readonly string[]): { argv: string[]; env: Record<string, string> } {
  const env: Record<string, string> = {};
  let at = 0;
  for (; at < argv.length && argv[at] !== 'safebuild'; at++) {
    const [flag = '', attached] = (argv[at] ?? '').split(/=(.*)/s);
    const variable = globals[flag];
    if (variable === undefined) continue;
    const value = attached ?? argv[++at];
    if (value !== undefined) env[variable] = value;
  }
  // Run by hand, without docker.
  if (at >= argv.length) return { argv: [...argv], env: {} };
  // `docker help safebuild build`
  return { argv: [...(argv[at - 1] === 'help' ? ['help'] : []), ...argv.slice(at + 1)], env };
}
