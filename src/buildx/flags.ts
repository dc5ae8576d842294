/** How many values a flag takes: none (a boolean, `--flag` or `--flag=false`) or one. */
export type Arity = 'none' | 'one';

/** Flag names, long ones bare (`tag`) and short ones as one letter (`t`), with their arity. */
export type FlagTable = ReadonlyMap<string, Arity>;

const booleans = [
  'check',
  'compress',
  'debug',
  'force-rm',
  'help',
  'load',
  'no-cache',
  'pull',
  'push',
  'quiet',
  'rm',
  'squash',
];

const strings = [
  'add-host',
  'allow',
  'annotation',
  'attest',
  'build-arg',
  'build-context',
  'builder',
  'cache-from',
  'cache-to',
  'call',
  'cgroup-parent',
  'cpu-period',
  'cpu-quota',
  'cpu-shares',
  'cpuset-cpus',
  'cpuset-mems',
  'file',
  'iidfile',
  'isolation',
  'label',
  'memory',
  'memory-swap',
  'metadata-file',
  'network',
  'no-cache-filter',
  'output',
  'platform',
  'policy',
  'print',
  'progress',
  'provenance',
  'resource',
  'sbom',
  'secret',
  'security-opt',
  'shm-size',
  'ssh',
  'tag',
  'target',
  'ulimit',
];

/** The one-letter spellings of `docker build` and `docker buildx build`. */
export const shorthands: Readonly<Record<string, string>> = {
  c: 'cpu-shares',
  D: 'debug',
  f: 'file',
  h: 'help',
  m: 'memory',
  o: 'output',
  q: 'quiet',
  t: 'tag',
};

/** Every flag that `docker build` and `docker buildx build` accepted up to buildx 0.35, hidden ones too (buildkit.md 1.3). */
export const dockerBuildFlags: FlagTable = new Map<string, Arity>([
  ...booleans.map((name) => [name, 'none'] as const),
  ...strings.map((name) => [name, 'one'] as const),
]);

/**
 * One argument as it was given: a flag with its value, a positional, or the `--` behind which all are positionals.
 *
 * The `raw` words of all arguments are the command line again, with groups like `-qt x` written apart. `incomplete` is set
 * on a flag that takes a value and was given none: docker refuses the whole command line.
 */
export type Argument =
  | { kind: 'flag'; name: string; value?: string; raw: readonly string[]; known: boolean; incomplete?: true }
  | { kind: 'positional'; value: string; raw: readonly string[] }
  | { kind: 'end'; raw: readonly string[] };

/** Adds what `docker buildx build --help` of the engine at hand lists, so that flags newer than safebuild parse right. */
export function flagsFromHelp(help: string): FlagTable {
  const found = new Map<string, Arity>();
  for (const line of help.split('\n')) {
    // pflag's own columns: what stands further right is description.
    const match = /^ {2}(?:-\w, | {4})--([a-z][\w-]*)(?: (\S+))?(?:\s{2,}|$)/.exec(line);
    // `string[="x"]` is a flag whose value may only follow behind `=` (pflag, NoOptDefVal).
    if (match?.[1]) found.set(match[1], match[2] === undefined || match[2].includes('[=') ? 'none' : 'one');
  }
  return found;
}

/**
 * Splits a command line as pflag does, the parser of docker and buildx.
 *
 * Accepts `--tag x`, `--tag=x`, `-t x`, `-tx`, `-t=x`, grouped shorthands (`-qt x`), repeats, and `--`. A flag that no
 * table knows is kept verbatim with `known: false`; it is taken to carry no value of its own unless written with `=`.
 */
export function parseArguments(argv: readonly string[], table: FlagTable): Argument[] {
  const result: Argument[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      result.push({ kind: 'end', raw: [word] });
      for (const value of rest) result.push({ kind: 'positional', value, raw: [value] });
      break;
    }
    if (word.startsWith('--')) result.push(longFlag(word, rest, table));
    else if (word.startsWith('-') && word.length > 1) result.push(...shortFlags(word, rest, table));
    else result.push({ kind: 'positional', value: word, raw: [word] });
  }
  return result;
}

function longFlag(word: string, rest: string[], table: FlagTable): Argument {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const arity = table.get(name);
  const known = arity !== undefined;
  if (equals >= 0) return { kind: 'flag', name, value: word.slice(equals + 1), raw: [word], known };
  if (arity !== 'one') return { kind: 'flag', name, raw: [word], known };
  const next = rest.shift();
  return next === undefined
    ? { kind: 'flag', name, raw: [word], known, incomplete: true }
    : { kind: 'flag', name, value: next, raw: [word, next], known };
}

function shortFlags(word: string, rest: string[], table: FlagTable): Argument[] {
  const result: Argument[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const name = shorthands[letter];
    if (name === undefined) {
      // An unknown letter may take the remainder as its value: nothing behind it can be told apart.
      result.push({ kind: 'flag', name: letter, raw: [`-${word.slice(i)}`], known: false });
      break;
    }
    if (table.get(name) === 'none') {
      if (word.charAt(i + 1) === '=') {
        result.push({ kind: 'flag', name, value: word.slice(i + 2), raw: [`-${word.slice(i)}`], known: true });
        break;
      }
      result.push({ kind: 'flag', name, raw: [`-${letter}`], known: true });
      continue;
    }
    result.push(shortValue(letter, name, word.slice(i + 1), rest));
    break;
  }
  return result;
}

function shortValue(letter: string, name: string, attached: string, rest: string[]): Argument {
  if (attached !== '') {
    return { kind: 'flag', name, value: attached.replace(/^=/, ''), raw: [`-${letter}${attached}`], known: true };
  }
  const next = rest.shift();
  if (next === undefined) return { kind: 'flag', name, raw: [`-${letter}`], known: true, incomplete: true };
  return { kind: 'flag', name, value: next, raw: [`-${letter}`, next], known: true };
}
