import type { Docker, DockerOptions } from '../../../src/buildx/docker.ts';

type Answer = string | { exitCode: number; stderr: string };

/**
 * What a docker command that begins with `words` prints; a string is its standard output with exit code 0. What is asked of
 * the engine itself is `system dial-stdio GET /path`. Of several answers each is given once, and the last for good.
 */
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;

/** An answer of the engine's own HTTP interface. */
export function http(status: number, body: unknown): string {
  return `HTTP/1.0 ${status} Some Words\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(body)}`;
}

/**
 * A docker that answers from a table and remembers what it was asked.
 *
 * For answers that a real engine gives only in a race, or when a registry lies; real engines are used in test/docker.
 */
export function answering(answers: Answers): { docker: Docker; asked: string[]; inputs: Buffer[] } {
  const asked: string[] = [];
  const inputs: Buffer[] = [];
  const given = new Map<string, number>();
  const run = async (args: readonly string[], options: DockerOptions = {}) => {
    const input = await takeInput(args, options);
    inputs.push(input);
    const asks = dials(args) ? String(input).split(' ').slice(0, 2) : [];
    const command = [...args, ...asks].join(' ');
    asked.push(command);
    const key = Object.keys(answers).find((words) => command.startsWith(words));
    const times = given.get(key ?? '') ?? 0;
    given.set(key ?? '', times + 1);
    const known = key === undefined ? { exitCode: 1, stderr: 'no such thing' } : (answers[key] ?? '');
    const all = Array.isArray(known) ? (known as readonly Answer[]) : [known as Answer];
    const answer = all[Math.min(times, all.length - 1)] ?? '';
    return typeof answer === 'string' ? { exitCode: 0, stdout: answer, stderr: '' } : { stdout: '', ...answer };
  };
  const unasked = (): never => {
    throw new Error('only short commands are asked for here');
  };
  return { docker: { run, start: unasked, passThrough: unasked }, asked, inputs };
}

function dials(args: readonly string[]): boolean {
  return args[1] === 'dial-stdio';
}

async function takeInput(args: readonly string[], { input }: DockerOptions): Promise<Buffer> {
  if (input === undefined || input instanceof Uint8Array) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) {
    chunks.push(chunk);
    // whoever asks the engine keeps the line open
    if (dials(args)) break;
  }
  return Buffer.concat(chunks);
}
