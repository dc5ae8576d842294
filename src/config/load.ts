import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SafebuildError } from '../errors.ts';
import type { Accepted, Allowance, Config, EnvFile, FileRule, NameRule, ScanLimits } from './config.ts';
import { findConfig, repositoryRoot } from './find.ts';
import { toNameRule } from './name-rule.ts';
import type { ParsedConfig } from './parse.ts';
import { readText } from './read-text.ts';
import type { ConfigFile } from './schema.ts';
import { bytesOf } from './size.ts';
import { toSourceSettings } from './source-settings.ts';
import { loadUserConfig } from './user.ts';

/** Where to look for `safebuild.yaml`. */
export interface ConfigRequest {
  /** Absolute. */
  cwd: string;
  /** Absolute root of the build context; absent when it is no local folder. */
  contextDir?: string;
  /** `--config` or `SAFEBUILD_CONFIG`, relative to `cwd`. */
  explicitPath?: string;
  /** The environment of the invocation: where the user's own configuration lies. Absent: it is not looked for. */
  env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the project's `safebuild.yaml` (or `.yml`) and fills in every default; a project may do without one.
 *
 * Looked for in the context, the current folder, and above up to the repository's root. A file that was found so, and not
 * named by the user, may come with a cloned repository: it can start no program, and env files that it names must lie in
 * that repository. Throws `CONFIG_INVALID` with file and line; an explicit path that does not exist is one too.
 */
export async function loadConfig(request: ConfigRequest): Promise<Config> {
  const folders = [...new Set([request.contextDir ?? request.cwd, request.cwd])];
  const explicit = request.explicitPath === undefined ? undefined : resolve(request.cwd, request.explicitPath);
  const path = explicit ?? (await findConfig(folders));
  const parsed = path === undefined ? withoutFile : await readConfig(path, shownPath(request.cwd, path));
  const { file } = parsed;
  const user = request.env && (await loadUserConfig(request.env, folders[0] ?? request.cwd));
  return {
    ...(path === undefined ? {} : { path }),
    envFiles:
      file['env-files'] !== undefined && path !== undefined
        ? await namedEnvFiles(file['env-files'], path, { cwd: request.cwd, trusted: explicit !== undefined })
        : await defaultEnvFiles(folders, request.cwd),
    multiStage: file['multi-stage'] ?? 'when-needed',
    secrets: new Map(
      Object.entries(file.secrets ?? {}).map(([name, rule]): [string, NameRule] => {
        const at = { path: shownPath(request.cwd, path ?? ''), line: parsed.lineOf(['secrets', name]) };
        return [name, { ...toNameRule(rule), at }];
      }),
    ),
    files: new Map(
      Object.entries(file.files ?? {}).map(([name, rule]): [string, FileRule] => {
        const at = { path: shownPath(request.cwd, path ?? ''), line: parsed.lineOf(['files', name]) };
        return [contextPath(name), { ...rule, at }];
      }),
    ),
    scan: toScanLimits(file.scan),
    detectors: file.detectors ?? 'fail',
    allow: path === undefined ? [] : toAllowances(parsed, shownPath(request.cwd, path)),
    sources: toSourceSettings(file.sources),
    ...(user === undefined ? {} : { user }),
  };
}

const withoutFile: ParsedConfig = { file: {}, lineOf: () => 1 };

async function readConfig(path: string, shown: string): Promise<ParsedConfig> {
  const text = await readText(path, shown);
  // yaml is 80 modules: a project without a configuration never waits for them.
  const { parseConfig } = await import('./parse.ts');
  return parseConfig(text, shown);
}

async function namedEnvFiles(
  names: readonly string[],
  configPath: string,
  { cwd, trusted }: { cwd: string; trusted: boolean },
): Promise<EnvFile[]> {
  const folder = dirname(configPath);
  const within = trusted ? undefined : ((await repositoryRoot(folder)) ?? folder);
  return names.map((name) => {
    const path = resolve(folder, name);
    if (within !== undefined && !isInside(within, path)) {
      throw new SafebuildError(
        'CONFIG_INVALID',
        `${shownPath(cwd, configPath)}: ${name} lies outside of the repository`,
        {
          hint: `Pass it with --env-file, or name the configuration itself with --config.`,
        },
      );
    }
    return { path, shown: shownPath(cwd, path), required: true, ...(within === undefined ? {} : { within }) };
  });
}

/** `.env`, then `.env.local`, of the current folder and, stronger, of the context. */
async function defaultEnvFiles(folders: readonly string[], cwd: string): Promise<EnvFile[]> {
  const weakestFirst = [...folders].reverse();
  const bounded = await Promise.all(
    weakestFirst.map(async (folder) => ({ folder, within: (await repositoryRoot(folder)) ?? folder })),
  );
  return ['.env', '.env.local'].flatMap((name) =>
    bounded.map(({ folder, within }) => {
      const path = join(folder, name);
      return { path, shown: shownPath(cwd, path), required: false, within };
    }),
  );
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function shownPath(cwd: string, path: string): string {
  return isInside(cwd, path) ? relative(cwd, path) : path;
}

function toScanLimits(scan: ConfigFile['scan'] = {}): ScanLimits {
  const { depth, 'max-file-bytes': stream, 'max-total-bytes': total } = scan;
  const { 'max-json-bytes': json, 'max-findings': findings } = scan;
  return {
    ...(depth !== undefined && { maxDepth: depth }),
    ...(stream !== undefined && { maxStreamBytes: bytesOf(stream) }),
    ...(total !== undefined && { maxTotalBytes: bytesOf(total) }),
    ...(json !== undefined && { maxJsonBytes: bytesOf(json) }),
    ...(findings !== undefined && { maxFindings: findings }),
  };
}

function toAllowances({ file, lineOf }: ParsedConfig, shown: string): Allowance[] {
  return (file.allow ?? []).map(({ secret, detector, incomplete, place, reason, expires }, index) => {
    const accepts: Accepted =
      secret !== undefined
        ? { kind: 'secret', name: secret }
        : detector !== undefined
          ? { kind: 'detector', id: detector }
          : { kind: 'incomplete' };
    return {
      accepts,
      place: incomplete ?? place ?? '',
      reason,
      ...(expires !== undefined && { expires }),
      file: shown,
      line: lineOf(['allow', index]),
    };
  });
}

/** `./config//.env` as the context's paths are written: `config/.env`. */
function contextPath(name: string): string {
  return name
    .split(/[\\/]/)
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}
