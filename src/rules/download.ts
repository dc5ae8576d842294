import type { Command } from './runs.ts';

/** Options that make curl and wget write something besides the download, or somewhere else. Sources: their manual pages. */
const writesMore: Readonly<Record<string, RegExp>> = {
  curl: /^(?:-\w*[cDKZ]|--(?:cookie-jar|dump-header|config|output-dir|remote-name-all|parallel|etag-save|trace(?:-ascii)?|libcurl|stderr|alt-svc|hsts)(?:=.*)?)$/,
  wget: /^(?:-\w*[rpPima]|-o|--(?:recursive|page-requisites|directory-prefix|input-file|mirror|output-file|append-output|save-cookies|save-headers|warc-file|hsts-file|content-disposition)(?:=.*)?)$/,
};

/** The file that a download of curl or wget writes, as the command calls it; undefined where its words do not tell. */
export function downloadedFile({ program, args }: Command): string | undefined {
  const option =
    program === 'curl' ? /^(?:-\w*o|--output)$/ : program === 'wget' ? /^(?:-\w*O|--output-document)$/ : undefined;
  if (!option) return undefined;
  const at = args.findIndex((arg) => option.test(arg));
  const equals = args.find((arg) => /^--output(?:-document)?=/.test(arg));
  const named = at >= 0 ? args[at + 1] : equals?.slice(equals.indexOf('=') + 1);
  const file = named ?? remoteName(program, args);
  return file === undefined || file === '-' || /[$*?]/.test(file) ? undefined : file;
}

/** `curl -O URL`, `wget URL`. */
function remoteName(program: string, args: readonly string[]): string | undefined {
  const byName = program === 'wget' || args.some((arg) => /^(?:-\w*O\w*|--remote-name)$/.test(arg));
  const address = args.find((arg) => /^https?:\/\//.test(arg));
  return byName ? /\/([\w.-]+)$/.exec(address ?? '')?.[1] : undefined;
}

/** Whether the download writes that one file and nothing else, as far as its words tell. */
export function writesOneFile({ program, args }: Command): boolean {
  const addresses = args.filter((arg) => /^(?:https?|ftps?):\/\//.test(arg));
  return addresses.length <= 1 && !args.some((arg) => writesMore[program]?.test(arg));
}
