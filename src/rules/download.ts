import type { Command, Run } from './runs.ts';
import { around, within } from './spans.ts';
import { type ToolOptions, toolOptions } from './tool-options.ts';

/** Options that make curl and wget write something besides the download, or somewhere else. Sources: their manual pages. */
const writesMore: Readonly<Record<string, RegExp>> = {
  curl: /^(?:-\w*[cDJKZ]|--(?:cookie-jar|create-dirs|dump-header|config|output-dir|remote-name-all|remote-header-name|parallel|etag-save|trace(?:-ascii)?|libcurl|stderr|alt-svc|hsts)(?:=.*)?)$/,
  wget: /^(?:-\w*[rpPima]|-P.*|-o|--(?:recursive|page-requisites|directory-prefix|input-file|mirror|output-file|append-output|save-cookies|save-headers|warc-file|hsts-file|content-disposition)(?:=.*)?)$/,
};

/**
 * The file or folder that a download writes, as the RUN calls it; undefined where its words do not tell.
 *
 * What goes to standard output is followed to the redirect behind it, and through a pipe to `tee` and `tar`.
 */
export function downloadedFile(run: Run, command: Command): string | undefined {
  const file = fetched(command) ?? copiedFromCloud(command) ?? cloned(command);
  const written = file === '-' ? fromOutput(run, command) : file;
  return written === undefined || written === '-' || /[*?`]|\$\(|^\/dev\//.test(written) ? undefined : written;
}

/** `aws s3 cp s3://bucket/file /tmp/file`, `gsutil cp gs://bucket/file .`. */
function copiedFromCloud({ program, args }: Command): string | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const line = [program, ...words].join(' ');
  const [, source, destination] = /^(?:aws s3|gsutil|gcloud storage) cp ((?:s3|gs):\/\/\S+) (\S+)$/.exec(line) ?? [];
  if (source === undefined || destination === undefined || source.endsWith('/')) return undefined;
  const base = source.slice(source.lastIndexOf('/') + 1);
  if (destination === '.') return base;
  return destination.endsWith('/') ? `${destination}${base}` : destination;
}

/** `git clone ADDRESS FOLDER`. */
function cloned({ program, args }: Command): string | undefined {
  if (program !== 'git' || args[0] !== 'clone') return undefined;
  const [address, folder, ...more] = args.slice(1).filter((arg) => !arg.startsWith('-'));
  if (folder !== undefined) return more.length === 0 ? folder : undefined;
  return /\/([\w.-]+?)(?:\.git)?\/?$/.exec(address ?? '')?.[1];
}

/** What curl and wget write; `-` for standard output. */
function fetched({ program, args }: Command): string | undefined {
  const options = toolOptions(program, args);
  const address = args.find((arg) => /^(?:https?|ftps?):\/\//.test(arg));
  if (options === undefined || address === undefined) return undefined;
  return program === 'curl' ? byCurl(options, address) : byWget(options, address);
}

/** curl leaves the query away when it takes the name from the address. */
function byCurl(options: ToolOptions, address: string): string | undefined {
  const folder = options.get('output-dir');
  const named = options.get('o') ?? options.get('output');
  const remote = options.has('O') || options.has('remote-name');
  const file = named ?? (remote ? nameIn(address.replace(/[?#].*$/, '')) : '-');
  return file === undefined || file === '-' || folder === undefined ? file : `${folder}/${file}`;
}

/** In a folder of its own, the folder counts: wget may add a number to the name. */
function byWget(options: ToolOptions, address: string): string | undefined {
  return (
    options.get('O') ??
    options.get('output-document') ??
    options.get('P') ??
    options.get('directory-prefix') ??
    nameIn(address)
  );
}

function nameIn(address: string): string | undefined {
  return /\/([\w.${}-]+)$/.exec(address)?.[1];
}

/** `curl URL > file`, `curl URL | tee file`, `curl URL | tar x -C folder`. */
function fromOutput(run: Run, command: Command): string | undefined {
  const [own] = around(run.outputs, command.range).filter(({ range }) => range.end === command.range.end);
  if (own) return own.target;
  const members = around(run.pipelines, command.range).at(-1)?.members ?? [];
  for (const member of members.slice(1)) {
    const [next] = within(run.commands, member);
    const found = next?.program === 'tee' ? next.args.find((arg) => !arg.startsWith('-')) : next && unpackedInto(next);
    const output = within(run.outputs, member)[0]?.target;
    if ((found ?? output) !== undefined) return found ?? output;
  }
  return undefined;
}

/** `tar xz -C folder`, `tar -xzf - --directory=folder`. */
function unpackedInto({ program, args }: Command): string | undefined {
  if (program !== 'tar' && program !== 'bsdtar') return undefined;
  const at = args.findIndex((arg) => /^-\w*C$|^--(?:directory|cd)$/.test(arg));
  return at >= 0 ? args[at + 1] : args.find((arg) => /^--(?:directory|cd)=/.test(arg))?.replace(/^[^=]*=/, '');
}

/** Whether the download writes that one file and nothing else, as far as its words tell. */
export function writesOneFile({ program, args }: Command): boolean {
  if (program === 'aws') return !args.some((arg) => /^--(?:recursive|exclude|include|debug)/.test(arg));
  if (!Object.hasOwn(writesMore, program)) return false;
  const addresses = args.filter((arg) => /^(?:https?|ftps?):\/\//.test(arg));
  return addresses.length <= 1 && !args.some((arg) => writesMore[program]?.test(arg));
}
