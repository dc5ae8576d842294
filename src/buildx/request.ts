import { parseBoolean } from './boolean.ts';
import { type Argument, dockerBuildFlags } from './flags.ts';

/** One `--build-arg`: without `value`, the environment supplies it. */
export interface BuildArg {
  name: string;
  value?: string;
}

/** What a `docker build` command line asks for, as far as safebuild must know it. */
export interface BuildRequest {
  /** Every docker argument in order, as given. */
  args: readonly Argument[];
  /**
   * PATH, URL or `-`.
   *
   * Absent when docker will refuse the command line anyway, and says why better: not exactly one positional, a flag without
   * its value, a boolean that is none.
   */
  context?: string;
  /** `--file`, as given. */
  file?: string;
  target?: string;
  tags: readonly string[];
  buildArgs: readonly BuildArg[];
  /** Raw `--secret` values (CSV). */
  secrets: readonly string[];
  /** Raw `--output` values. */
  outputs: readonly string[];
  push: boolean;
  load: boolean;
  quiet: boolean;
  iidfile?: string;
  metadataFile?: string;
  progress?: string;
  platforms: readonly string[];
  /** Raw `--cache-to` values. */
  cacheTo: readonly string[];
  /** Raw `--attest` values; `--provenance` and `--sbom` as given. */
  attests: readonly string[];
  provenance?: string;
  sbom?: string;
  /** `--annotation` values. */
  annotations: readonly string[];
  builder?: string;
  /** True for `--call`, `--check`, `--print` and `--help`: nothing is built. */
  asksOnly: boolean;
}

/** Reads the parsed arguments; of a flag that counts once, the last one wins, as in pflag. */
export function toBuildRequest(args: readonly Argument[]): BuildRequest {
  const all = (name: string): string[] =>
    args.flatMap((arg) => (arg.kind === 'flag' && arg.name === name && arg.value !== undefined ? [arg.value] : []));
  const last = (name: string): string | undefined => all(name).at(-1);
  const on = (name: string): boolean => {
    const arg = args.findLast((candidate) => candidate.kind === 'flag' && candidate.name === name);
    return arg?.kind === 'flag' && (arg.value === undefined || parseBoolean(arg.value) === true);
  };
  const positionals = args.filter((arg) => arg.kind === 'positional');
  const only = positionals.length === 1 && !args.some(isRefused) ? positionals[0]?.value : undefined;
  const call = last('call') ?? last('print');
  return {
    args,
    ...given('context', only),
    ...given('file', last('file')),
    ...given('target', last('target')),
    ...given('iidfile', last('iidfile')),
    ...given('metadataFile', last('metadata-file')),
    ...given('progress', last('progress')),
    ...given('provenance', last('provenance')),
    ...given('sbom', last('sbom')),
    ...given('builder', last('builder')),
    tags: all('tag'),
    buildArgs: all('build-arg').map(toBuildArg),
    secrets: all('secret'),
    outputs: all('output'),
    push: on('push'),
    load: on('load'),
    quiet: on('quiet'),
    platforms: all('platform').flatMap((value) => value.split(',')),
    cacheTo: all('cache-to'),
    attests: all('attest'),
    annotations: all('annotation'),
    asksOnly: on('check') || on('help') || (call !== undefined && call !== 'build'),
  };
}

function isRefused(arg: Argument): boolean {
  if (arg.kind !== 'flag') return false;
  const boolean = dockerBuildFlags.get(arg.name) === 'none';
  return arg.incomplete === true || (boolean && arg.value !== undefined && parseBoolean(arg.value) === undefined);
}

function given<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}

function toBuildArg(text: string): BuildArg {
  const equals = text.indexOf('=');
  return equals < 0 ? { name: text } : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}
