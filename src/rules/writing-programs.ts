import type { Range } from '../finding.ts';
import { type Command, inside } from './runs.ts';

/** Programs that write what they are given as it is, or in a form that can be turned back. */
const writers = /^(?:echo|printf|cat|tee|sed|envsubst|base64|printenv|jq|yq|[gm]?awk|perl|read|crudini|ex|vim?)$/;

/** Further programs whose output holds what they read, as it is or encoded: at the end of a pipe, or from a heredoc. */
const copiers = /^(?:tr|base32|xxd|od|hexdump|head|tail|cut|rev|gzip|xz|bzip2|zstd|sort|uniq|tac|paste|fold|dd)$/;

/** Programs that leave nothing of what they read, so neither does whatever follows in the pipe. */
const digests = /^(?:(?:sha\d+|md5|b2|ck)sum|cksum|shasum|sum|wc)$/;

/** Subcommands of openssl that write the key or text that they read; a cipher (`-aes256`) makes it unreadable. */
const readableOpenssl = /^(?:enc|base64|rsa|pkey|ec|dsa|pkcs8)$/;

/** Whether the command writes to its output what stands in `place`: a word of it, or what it reads from a heredoc. */
export function isWriter(command: Command, place: Range): boolean {
  if (writers.test(command.program) || isDump(command)) return true;
  const word = command.words.find(({ range }) => inside(place, range));
  // A word is an option or a set of characters to these, unless it is the path of a file.
  return passes(command) && (word === undefined || /^(?:if=)?\//.test(word.value));
}

/** Whether the command, in a pipe, writes what comes in. */
export function passesOn(command: Command): boolean {
  return writers.test(command.program) || passes(command);
}

function passes({ program, args }: Command): boolean {
  if (program !== 'openssl') return copiers.test(program);
  const hides = args.some((arg) => /^-(?:pubout|noout|(?:aes|aria|camellia|chacha|des|sm4)[\w-]*)$/.test(arg));
  return readableOpenssl.test(args[0] ?? '') && (!hides || args.includes('-d'));
}

/** Whether only a digest of what comes in goes out. */
export function digestsInput({ program }: Command): boolean {
  return digests.test(program);
}

/** Whether the command writes all variables that it is handed: `env`, `set`, `export -p`, `cat /proc/self/environ`. */
export function isDump({ program, args, wraps }: Command): boolean {
  switch (program) {
    case 'env':
    case 'printenv':
      return wraps !== true && args.every((arg) => /^(?:-0|--null)$/.test(arg));
    case 'set':
      return args.length === 0;
    case 'export':
    case 'declare':
    case 'typeset':
      return args.every((arg) => /^-[px]+$/.test(arg));
    default:
      return args.some((arg) => /^\/proc\/(?:self|thread-self|\$\$|\$PPID|1)\/environ$/.test(arg));
  }
}

/** The files that the command changes in place, or fills with what it is given. */
export function filesOf(command: Command): readonly string[] {
  return [...(changesInPlace(command) ? editedFiles(command) : []), ...filledFiles(command)];
}

/** Whether the command changes the file that it reads: `sed -i`. */
export function changesInPlace({ program, args }: Command): boolean {
  if (/^g?awk$/.test(program)) return args.some((arg, index) => arg === 'inplace' && args[index - 1] === '-i');
  if (/^(?:ex|vim?)$/.test(program)) return true;
  return /^(?:sed|yq|perl)$/.test(program) && args.some((arg) => /^-\w*i|^--in-?place/.test(arg));
}

/** The operands behind the script of sed; of the others the last one, for of their options not all are known. */
function editedFiles({ program, args }: Command): readonly string[] {
  if (program !== 'sed') return args.slice(-1);
  const scripted = args.map((arg) => /^-(?:[a-zA-Z]*[ef]|-expression|-file)$/.test(arg));
  const operands = args.filter((arg, index) => !arg.startsWith('-') && scripted[index - 1] !== true);
  const hasScript = args.some((arg, index) => scripted[index] || /^--(?:expression|file)=/.test(arg));
  return hasScript ? operands : operands.slice(1);
}

/** The files that a command fills with what comes in: `tee f`, `sponge f`, `dd of=f`, `openssl rsa -out f`. */
export function filledFiles(command: Command): string[] {
  const { program, args } = command;
  switch (program) {
    case 'dd':
      return args.flatMap((arg) => /^of=(.+)$/.exec(arg)?.[1] ?? []);
    case 'ed':
    case 'tee':
    case 'sponge':
      return args.filter((arg) => !arg.startsWith('-'));
    case 'openssl':
      return passes(command) ? args.filter((_, index) => args[index - 1] === '-out') : [];
    case 'crudini':
      return args[0] === '--set' ? args.slice(1, 2) : [];
    case 'awk':
    case 'gawk':
    case 'mawk':
      return args.flatMap((arg) =>
        [...arg.matchAll(/\bprintf?\b[^|;}"]{0,99}(?:"[^"]{0,999}"[^|;}"]{0,99}){0,9}>>?\s*"([^"]+)"/g)].map(
          (found) => found[1]!,
        ),
      );
    default:
      return [];
  }
}

/** The file that `cp SOURCE FILE` makes of the file which `place` names; undefined for any other command. */
export function copyOf({ program, words }: Command, place: Range): string | undefined {
  if (!/^(?:cp|install)$/.test(program)) return undefined;
  const operands = words
    .slice(1)
    .filter(({ value }, index) => !value.startsWith('-') && !isOptionValue(words, index + 1));
  const source = operands.slice(0, -1).find(({ range }) => inside(place, range));
  const target = operands.at(-1)?.value;
  if (!source?.value.startsWith('/') || target === undefined) return undefined;
  return target.endsWith('/') ? target + source.value.slice(source.value.lastIndexOf('/') + 1) : target;
}

/** `install -m 600 -o app`: the word belongs to the option in front of it. */
function isOptionValue(words: Command['words'], index: number): boolean {
  return words[0]?.value.endsWith('install') === true && /^-\w*[mogS]$/.test(words[index - 1]?.value ?? '');
}
