import type { Command } from './runs.ts';

/** Options that make curl and wget write something besides the download, or somewhere else. Sources: their manual pages. */
const writesMore: Readonly<Record<string, RegExp>> = {
  curl: /^(?:-\w*[cDKZ]|--(?:cookie-jar|dump-header|config|output-dir|remote-name-all|parallel|etag-save|trace(?:-ascii)?|libcurl|stderr|alt-svc|hsts)(?:=.*)?)$/,
  wget: /^(?:-\w*[rpPima]|-o|--(?:recursive|page-requisites|directory-prefix|input-file|mirror|output-file|append-output|save-cookies|save-headers|warc-file|hsts-file|content-disposition)(?:=.*)?)$/,
};

/** The file or folder that a download writes, as the command calls it; undefined where its words do not tell. */
export function downloadedFile(command: Command): string | undefined {
  const file = fetched(command) ?? copiedFromCloud(command) ?? cloned(command);
  return file === undefined || file === '-' || /[$*?]/.test(file) ? undefined : file;
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

/** What curl and wget write. */
function fetched({ program, args }: Command): string | undefined {
  const option =
    program === 'curl' ? /^(?:-\w*o|--output)$/ : program === 'wget' ? /^(?:-\w*O|--output-document)$/ : undefined;
  if (!option) return undefined;
  const at = args.findIndex((arg) => option.test(arg));
  const equals = args.find((arg) => /^--output(?:-document)?=/.test(arg));
  const named = at >= 0 ? args[at + 1] : equals?.slice(equals.indexOf('=') + 1);
  return named ?? remoteName(program, args);
}

/** `curl -O URL`, `wget URL`. */
function remoteName(program: string, args: readonly string[]): string | undefined {
  const byName = program === 'wget' || args.some((arg) => /^(?:-\w*O\w*|--remote-name)$/.test(arg));
  const address = args.find((arg) => /^https?:\/\//.test(arg));
  return byName ? /\/([\w.-]+)$/.exec(address ?? '')?.[1] : undefined;
}

/** Whether the download writes that one file and nothing else, as far as its words tell. */
export function writesOneFile({ program, args }: Command): boolean {
  if (program === 'aws') return !args.some((arg) => /^--(?:recursive|exclude|include|debug)/.test(arg));
  if (!Object.hasOwn(writesMore, program)) return false;
  const addresses = args.filter((arg) => /^(?:https?|ftps?):\/\//.test(arg));
  return addresses.length <= 1 && !args.some((arg) => writesMore[program]?.test(arg));
}
