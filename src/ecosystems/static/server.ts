import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { isPlain } from '../template/plain.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import type { Start } from '../template/start.ts';

/** What a server of files is told. */
export interface FileServer {
  /** Absolute. */
  folder: string;
  port: number;
  /** Paths that are no files get the page of the root. */
  singlePage: boolean;
}

const configurations = ['serve.json', 'now.json'];

/** How `serve` or `http-server` is called, or which of its options has no counterpart. Source: their own help texts. */
export function serverOf(single: SingleStage, start: Start, files: ProjectFiles): FileServer | Refusal {
  const { line } = start.instruction;
  const words = start.words.filter((word, index) => index > 0 || word !== 'npx');
  const args = words.slice(words.findIndex((word) => /^(?:serve|http-server)$/.test(word)) + 1);
  const own = configurations.find((path) => files.list.includes(path));
  const server: { folder?: string; port?: number | undefined; singlePage: boolean } = { singlePage: false };
  let unknown: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const [flag = '', value] = args[at]!.split('=', 2);
    if (/^(?:-s|--single)$/.test(flag)) server.singlePage = true;
    else if (/^(?:-l|--listen|-p|--port)$/.test(flag)) server.port = portOf(value ?? args[++at]);
    else if (!flag.startsWith('-') && server.folder === undefined) server.folder = flag;
    else unknown = flag;
  }
  if (unknown !== undefined || own !== undefined || words[0] === undefined) {
    return refuse(
      'server-options',
      `Line ${line}: what ${unknown ?? own} says to the server has no counterpart here.`,
      'Write a runtime stage with nginx by hand.',
    );
  }
  const { folder, port, singlePage } = server;
  const from = single.startFolder;
  const path = folder === undefined || from === undefined ? undefined : resolvePath(from, folder);
  if (path === undefined || path === from || path === '/' || !isPlain(path)) {
    return refuse(
      'artifact',
      `Line ${line}: the folder that it gives out is not told.`,
      'Name it, such as "serve -s build".',
    );
  }
  if (port !== undefined && port > 0 && port < 65_536) return { folder: path, port, singlePage };
  return refuse('port', `Line ${line}: the port is not told.`, 'Name it, such as "serve -s build -l 3000".');
}

/** `3000`, `tcp://0.0.0.0:3000`; undefined for a name or a socket. */
function portOf(value = ''): number | undefined {
  const digits = /^(?:tcp:\/\/[\w.*[\]:]+:)?(\d{1,5})$/.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
