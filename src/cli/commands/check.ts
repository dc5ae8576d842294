import { readFile } from 'node:fs/promises';
import { parseBoolean } from '../../buildx/boolean.ts';
import { type Argument, type FlagTable, toBuildRequest } from '../../buildx/index.ts';
import {
  type CheckResult,
  check,
  checkGithub,
  checkJson,
  checkSarif,
  checkText,
  ruleTexts,
} from '../../check/index.ts';
import { SafebuildError } from '../../errors.ts';
import { checkHelp } from '../help.ts';
import { type Io, paintFor } from '../io.ts';
import { splitFlags } from '../own-flags.ts';
import { configOf } from './build.ts';

const checkTable: FlagTable = new Map([
  ['diff', 'none'],
  ['diff-base', 'one'],
  ['format', 'one'],
]);

const formats = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof formats)[number];

/** `safebuild check [OPTIONS] [PATH…]`; returns the exit code. */
export async function checkCommand(argv: readonly string[], io: Io): Promise<number> {
  const { own, docker: args } = splitFlags(argv, checkTable);
  if (own.help) {
    await io.stdout.write(checkHelp);
    return 0;
  }
  refuseUnknown(args);
  const format = formatOf(args, own.json);
  const base = valuesOf(args, 'diff-base').at(-1);
  const request = toBuildRequest(args.filter((arg) => arg.kind !== 'flag' || !checkTable.has(arg.name)));
  const result = await check(
    request,
    {
      paths: args.flatMap((arg) => (arg.kind === 'positional' ? [arg.value] : [])),
      dockerfiles: valuesOf(args, 'file'),
      envFiles: own.envFiles,
      secretFrom: own.secretFrom,
      ...configOf(own, io),
      ...(base === undefined ? {} : { base }),
      diff: switchedOn(args, 'diff'),
    },
    io,
  );
  await io.stdout.write(await rendered(result, format, io));
  return result.exitCode;
}

async function rendered(result: CheckResult, format: Format, io: Io): Promise<string> {
  switch (format) {
    case 'json':
      return checkJson(result);
    case 'sarif':
      return checkSarif(result, ruleTexts, await ownVersion());
    case 'github':
      return checkGithub(result);
    default:
      return checkText(result, paintFor(io.stdout, io.env));
  }
}

/** A build may have flags that safebuild does not know; a check that takes a value for a path would check nothing. */
function refuseUnknown(args: readonly Argument[]): void {
  for (const arg of args) {
    if (arg.kind !== 'flag') continue;
    if (!arg.known) {
      throw new SafebuildError('USAGE', `check does not know ${arg.name.length > 1 ? '--' : '-'}${arg.name}.`, {
        hint: 'See safebuild check --help.',
      });
    }
    if (arg.incomplete) throw new SafebuildError('USAGE', `--${arg.name} needs a value.`);
  }
}

function valuesOf(args: readonly Argument[], name: string): string[] {
  return args.flatMap((arg) =>
    arg.kind === 'flag' && arg.name === name && arg.value !== undefined ? [arg.value] : [],
  );
}

function formatOf(args: readonly Argument[], json: boolean): Format {
  const wanted = valuesOf(args, 'format').at(-1);
  if (wanted === undefined) return json ? 'json' : 'text';
  const format = formats.find((name) => name === wanted);
  if (format !== undefined && (!json || format === 'json')) return format;
  throw new SafebuildError('USAGE', `--format takes ${formats.join(', ')}.`, {
    hint: json ? '--json is the same as --format=json.' : 'See safebuild check --help.',
  });
}

function switchedOn(args: readonly Argument[], name: string): boolean {
  const arg = args.findLast((candidate) => candidate.kind === 'flag' && candidate.name === name);
  if (arg?.kind !== 'flag') return false;
  const value = arg.value === undefined ? true : parseBoolean(arg.value);
  if (value !== undefined) return value;
  throw new SafebuildError('USAGE', `--${name} is either true or false.`, {
    hint: 'To compare with a commit, write --diff-base COMMIT.',
  });
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
