import { parseBoolean } from '../buildx/boolean.ts';
import { type Argument, dockerBuildFlags, type FlagTable, parseArguments } from '../buildx/index.ts';
import { referenceHint, schemeOf } from '../config/index.ts';
import { SafebuildError } from '../errors.ts';
import type { SecretFrom } from '../secrets/index.ts';

/** Flags that docker does not know; all others are docker's. */
export interface OwnFlags {
  envFiles: string[];
  configPath?: string;
  multiStage?: 'never' | 'always' | 'when-needed';
  /** `--secret-from`. */
  secretFrom: SecretFrom[];
  trustSources: boolean;
  json: boolean;
  help: boolean;
}

const ownTable: FlagTable = new Map([
  ['env-file', 'one'],
  ['config', 'one'],
  ['multi-stage', 'none'],
  ['secret-from', 'one'],
  ['trust-sources', 'none'],
  ['json', 'none'],
]);

/** The words of a command line by docker's flags and ours, and by `more`, which a newer docker may have. */
export function readArguments(argv: readonly string[], more: FlagTable = new Map()): Argument[] {
  return parseArguments(argv, new Map([...more, ...dockerBuildFlags, ...ownTable]));
}

/** Splits a command line into our own flags and docker's arguments, both in their order. */
export function splitFlags(
  argv: readonly string[],
  more: FlagTable = new Map(),
): { own: OwnFlags; docker: Argument[] } {
  const args = readArguments(argv, more);
  const own: OwnFlags = { envFiles: [], secretFrom: [], trustSources: false, json: false, help: false };
  const docker: Argument[] = [];
  for (const arg of args) {
    if (arg.kind !== 'flag' || !ownTable.has(arg.name)) {
      if (arg.kind === 'flag' && arg.name === 'help') own.help = true;
      docker.push(arg);
      continue;
    }
    switch (arg.name) {
      case 'env-file':
        own.envFiles.push(needed(arg.name, arg.value));
        break;
      case 'config':
        own.configPath = needed(arg.name, arg.value);
        break;
      case 'secret-from':
        own.secretFrom.push(toSecretFrom(arg.value ?? ''));
        break;
      case 'trust-sources':
        own.trustSources = toBoolean(arg.name, arg.value);
        break;
      case 'json':
        own.json = toBoolean(arg.name, arg.value);
        break;
      default:
        own.multiStage = toMultiStage(arg.value);
    }
  }
  return { own, docker };
}

function toBoolean(name: string, value: string | undefined): boolean {
  const read = value === undefined ? true : parseBoolean(value);
  if (read !== undefined) return read;
  throw new SafebuildError('USAGE', `--${name} is either true or false.`);
}

function needed(name: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new SafebuildError('USAGE', `--${name} needs a value.`, { hint: `Write --${name} PATH.` });
}

function toMultiStage(value: string | undefined): NonNullable<OwnFlags['multiStage']> {
  if (value === undefined || value === 'always') return 'always';
  if (value === 'never' || value === 'when-needed') return value;
  throw new SafebuildError('USAGE', '--multi-stage takes always, when-needed or never.');
}

/** What is written there is never quoted: people paste values where a reference belongs. */
function toSecretFrom(text: string): SecretFrom {
  const [, id, reference] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (id !== undefined && reference !== undefined && schemeOf(reference) !== undefined) return { id, reference };
  const what = id === undefined ? 'needs an id and a reference' : `${id} has no reference behind the "="`;
  throw new SafebuildError('USAGE', `--secret-from ${what}.`, {
    hint: `Write --secret-from ID=REFERENCE. ${referenceHint}`,
  });
}
