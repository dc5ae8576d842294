import { analyseShell } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import { broughtManagers } from './managers.ts';

interface Package {
  scripts: Readonly<Record<string, unknown>>;
  dependencies: Readonly<Record<string, unknown>>;
  /** Package managers that only the build stage has. */
  absent: ReadonlySet<string>;
}

/**
 * Whether the command that starts the program runs without development dependencies.
 *
 * Follows `npm start` and `npm run x` into package.json. Returns the reason when it does not, or when that cannot be told.
 */
export function checkStart(single: SingleStage, files: ProjectFiles): Refusal | undefined {
  const { settings } = single;
  const starts = settings.filter(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  if (starts.length === 0) {
    return refuse('start-command', 'There is no CMD or ENTRYPOINT.', 'Say by CMD how the program is started.');
  }
  const manifest = readPackage(single, files);
  if (!manifest) return refuse('package-json', 'package.json cannot be read.', 'Mend package.json.');
  for (const instruction of starts) {
    const script = instruction.json ? instruction.json.map(quoted).join(' ') : instruction.text;
    const why = whyNot(script, manifest, new Set());
    if (why === undefined) continue;
    return refuse(
      'start-command',
      `Line ${instruction.line}: ${why}.`,
      'Start the program by node and a file of the build, or move what starts it to "dependencies".',
    );
  }
  return undefined;
}

/** Whether a HEALTHCHECK that runs a package, or a script of package.json, runs without development dependencies. */
export function checkHealth(single: SingleStage, files: ProjectFiles): Refusal | undefined {
  const health = single.settings.findLast(({ keyword }) => keyword === 'HEALTHCHECK');
  const manifest = health && readPackage(single, files);
  if (!manifest) return undefined;
  const text = health.text.replace(/^CMD\s+/i, '');
  const words = execForm(text);
  const { commands } = analyseShell(words ? words.map(quoted).join(' ') : text);
  for (const {
    program,
    words: [first, ...rest],
  } of commands) {
    // Programs of the system, such as curl, are in both stages.
    const isPackage =
      /^(?:npx|npm|yarn|pnpm|node|nodejs)$/.test(program) || first?.value.includes('node_modules/.bin/');
    const args = rest.map(({ value }) => value);
    const why = isPackage ? whyNotCommand(program, args, manifest, new Set()) : undefined;
    if (why === undefined) continue;
    return refuse(
      'healthcheck',
      `Line ${health.line}: ${why}.`,
      'Check the health by node and a file of the build, or move what does it to "dependencies".',
    );
  }
  return undefined;
}

function execForm(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map(String) : undefined;
  } catch {
    return undefined;
  }
}

function whyNot(script: string, manifest: Package, seen: Set<string>): string | undefined {
  const { commands, complete } = analyseShell(script);
  if (!complete) return 'the start command cannot be read';
  for (const { program, words } of commands) {
    const args = words.slice(1).map(({ value }) => value);
    const why = whyNotCommand(program, args, manifest, seen);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyNotCommand(
  program: string,
  args: readonly string[],
  manifest: Package,
  seen: Set<string>,
): string | undefined {
  if (/^(?:sh|bash|exec|env|cd|echo|true|set|export|dumb-init|tini|docker-entrypoint\.sh)$/.test(program))
    return undefined;
  if (program === 'node' || program === 'nodejs')
    return preloads(args)
      .map((name) => missing(name, manifest))
      .find(Boolean);
  if (manifest.absent.has(program)) return `${program} belongs to the build and is not in the runtime stage`;
  const script = scriptOf(program, args);
  if (script === undefined)
    return missing(program === 'npx' ? (args.find((arg) => !arg.startsWith('-')) ?? 'npx') : program, manifest);
  if (seen.has(script)) return undefined;
  seen.add(script);
  for (const name of [`pre${script}`, script, `post${script}`]) {
    const text = manifest.scripts[name];
    const why = typeof text === 'string' ? whyNot(text, manifest, seen) : undefined;
    if (why !== undefined) return why;
  }
  return script in manifest.scripts ? undefined : `package.json has no script "${script}"`;
}

/** The script that `npm start`, `npm run x`, `yarn x` or `pnpm x` runs. */
function scriptOf(program: string, args: readonly string[]): string | undefined {
  if (program !== 'npm' && program !== 'yarn' && program !== 'pnpm') return undefined;
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  if (first === 'run' || first === 'run-script') return second;
  return first;
}

/** Modules that node loads before the program: `-r ts-node/register`, `--import tsx`. */
function preloads(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const [flag, value] = arg.split('=', 2);
    if (!/^(?:-r|--require|--import|--loader|--experimental-loader)$/.test(flag ?? '')) return [];
    const name = value ?? args[index + 1] ?? '';
    return name.startsWith('.') || name.startsWith('/') || name.startsWith('node:') ? [] : [name];
  });
}

function missing(program: string, { dependencies }: Package): string | undefined {
  const known = Object.keys(dependencies).some(
    (name) => program === name || program.startsWith(`${name}/`) || name.endsWith(`/${program}`),
  );
  return known ? undefined : `"${program}" is not known to be among the "dependencies" of package.json`;
}

function readPackage(single: SingleStage, files: ProjectFiles): Package | undefined {
  try {
    const value: unknown = JSON.parse(files.text('package.json') ?? '');
    if (!isRecord(value)) return undefined;
    const { scripts, dependencies } = value;
    return { scripts: recordOf(scripts), dependencies: recordOf(dependencies), absent: broughtManagers(single) };
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
