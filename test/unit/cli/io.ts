import { Writable } from 'node:stream';
import type { Io, Output } from '../../../src/cli/io.ts';

/** An io whose streams are kept; no terminal, and no docker on PATH. */
export function keptIo(argv: readonly string[], env: Io['env'] = {}): { io: Io; stdout(): string; stderr(): string } {
  const outputs = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Output => ({
    isTTY: false,
    columns: 80,
    rows: 24,
    stream: new Writable() as unknown as NodeJS.WriteStream,
    write: async (chunk) => {
      outputs[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    },
  });
  const none = async function* (): AsyncGenerator<Uint8Array> {};
  const io: Io = {
    argv,
    env: { PATH: '/nowhere', ...env },
    cwd: '/nowhere',
    stdin: none(),
    stdout: output('stdout'),
    stderr: output('stderr'),
    signal: new AbortController().signal,
  };
  return { io, stdout: () => outputs.stdout, stderr: () => outputs.stderr };
}
