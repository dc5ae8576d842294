import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { isPlain } from '../template/plain.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import type { Start } from '../template/start.ts';

/** What a server of files is told. */
export interface FileServer {
  program: 'serve' | 'http-server';
  /** Absolute. */
  folder: string;
  port: number;
  /** Paths that are no files get the page of the root. */
  singlePage: boolean;
}

/** Settings of `serve`, which it looks for in the folder that it gives out. */
const configuration = /^(?!(?:.*\/)?node_modules\/)(?:.*\/)?(?:serve|now)\.json$/;

/** Options without a value that change only what is printed, or what nginx does anyway. Source: the help texts of both. */
const withoutEffect = {
  serve: /^(?:-n|--no-clipboard|-L|--no-request-logging|--no-port-switching)$/,
  'http-server': /^(?:-s|--silent|-U|--utc|--log-ip)$/,
} as const;

/** How `serve` or `http-server` is called, or which of its options has no counterpart. Source: their own help texts. */
export function serverOf(single: SingleStage, start: Start, files: ProjectFiles): FileServer | Refusal {
  const { line } = start.instruction;
  const at = start.words.findIndex((word) => /^(?:serve|http-server)$/.test(word));
  const program = start.words[at] === 'http-server' ? 'http-server' : 'serve';
  const options = optionsOf(program, start.words.slice(at + 1));
  // a password of http-server, which nginx would not ask for
  const environment = /\bNODE_HTTP_SERVER_\w+/.exec(single.dockerfile.source)?.[0];
  const own = program === 'serve' ? files.list.find((path) => configuration.test(path)) : undefined;
  const unknown = options.unknown ?? own ?? environment;
  if (unknown !== undefined) {
    return refuse(
      'server-options',
      `Line ${line}: what ${unknown} says to the server has no counterpart here.`,
      'Write a runtime stage with nginx by hand.',
    );
  }
  const { folder, port, singlePage } = options;
  const from = single.startFolder;
  const path = folder === undefined || from === undefined ? undefined : resolvePath(from, folder);
  if (path === undefined || path === from || path === '/' || !isPlain(path)) {
    return refuse(
      'artifact',
      `Line ${line}: the folder that it gives out is not told.`,
      'Name it, such as "serve -s build".',
    );
  }
  if (port !== undefined && port > 0 && port < 65_536) return { program, folder: path, port, singlePage };
  return refuse('port', `Line ${line}: the port is not told.`, 'Name it, such as "serve -s build -l 3000".');
}

interface Options {
  folder?: string;
  port?: number | undefined;
  singlePage: boolean;
  unknown?: string;
}

function optionsOf(program: FileServer['program'], args: readonly string[]): Options {
  const options: Options = { singlePage: false };
  const portFlag = program === 'serve' ? /^(?:-l|--listen|-p|--port)$/ : /^(?:-p|--port)$/;
  for (let at = 0; at < args.length; at++) {
    const [flag = '', value] = args[at]!.split('=', 2);
    if (withoutEffect[program].test(args[at]!)) continue;
    if (program === 'serve' && /^(?:-s|--single)$/.test(args[at]!)) options.singlePage = true;
    else if (portFlag.test(flag)) options.port = portOf(value ?? args[++at]);
    else if (!flag.startsWith('-') && options.folder === undefined) options.folder = args[at]!;
    else options.unknown = flag;
  }
  return options;
}

/** `3000`, `tcp://0.0.0.0:3000`; undefined for a name or a socket. */
function portOf(value = ''): number | undefined {
  const digits = /^(?:tcp:\/\/(?:0\.0\.0\.0|\[::\]):)?(\d{1,5})$/.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
