import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// What runs before there is a node_modules: this file imports node: modules only.

const root = fileURLToPath(new URL('../', import.meta.url));
const oldestNode = [20, 19];

/**
 * Makes a fresh clone ready to run: the right Node.js, the locked packages, the built program.
 *
 * Nothing is done twice: the packages are installed when they are missing or older than the lockfile. Ends the process
 * with code 1 and says why when a step fails.
 */
export function prepare() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    stop(`Node.js ${process.versions.node} is too old: this project needs ${oldestNode.join('.')} or newer.`);
  }
  const installed = modifiedAt('node_modules/.package-lock.json');
  if (installed === undefined || installed < (modifiedAt('package-lock.json') ?? 0)) {
    step('Installing the locked packages', ['ci', '--no-audit', '--no-fund']);
  }
  step('Building', ['--silent', 'run', 'build']);
}

/** The folder of the project. */
export const projectFolder = root;

function step(title, npmArguments) {
  console.error(`${title} (npm ${npmArguments.join(' ')})`);
  const { status, error } = npm(npmArguments);
  if (status !== 0) stop(`${title} failed${error === undefined ? '' : `: ${error.message}`}. See above.`);
}

function npm(args) {
  // npm says where it is to the scripts that it runs; on Windows its command is a batch file, which needs a shell
  const program = process.env.npm_execpath;
  const options = { cwd: root, stdio: 'inherit' };
  if (program?.endsWith('.js')) return spawnSync(process.execPath, [program, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

function modifiedAt(path) {
  return statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs;
}

function stop(message) {
  console.error(`\n${message}`);
  process.exit(1);
}
