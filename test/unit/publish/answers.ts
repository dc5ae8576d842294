import type { Docker, DockerOptions } from '../../../src/buildx/docker.ts';
import type { EngineAnswer } from '../../../src/buildx/engine-api.ts';

type Answer = string | { exitCode: number; stderr: string } | EngineAnswer;

/**
 * What a docker command that begins with `words` prints; a string is its standard output with exit code 0. What is asked of
 * the engine itself is `GET /path`. Of several answers each is given once, and the last for good.
 */
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;

/** An answer of the engine's own HTTP interface. */
export function http(status: number, body: unknown): EngineAnswer {
  return { status, text: typeof body === 'string' ? body : JSON.stringify(body) };
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
  const next = (command: string): Answer | undefined => {
    asked.push(command);
    const key = Object.keys(answers).find((words) => command.startsWith(words));
    if (key === undefined) return undefined;
    const times = given.get(key) ?? 0;
    given.set(key, times + 1);
    const known = answers[key] ?? '';
    const all = Array.isArray(known) ? (known as readonly Answer[]) : [known as Answer];
    return all[Math.min(times, all.length - 1)];
  };
  const docker: Docker = {
    async run(args, options = {}) {
      inputs.push(await taken(options.input));
      const answer = next(args.join(' ')) ?? { exitCode: 1, stderr: 'no such thing' };
      if (typeof answer === 'string') return { exitCode: 0, stdout: answer, stderr: '' };
      if ('status' in answer) throw new Error('this is an answer of the engine');
      return { stdout: '', ...answer };
    },
    async ask({ method = 'GET', path, body }) {
      inputs.push(await taken(body));
      const answer = next(`${method} ${path}`);
      return typeof answer === 'object' && 'status' in answer ? answer : undefined;
    },
    start: unasked,
    passThrough: unasked,
  };
  return { docker, asked, inputs };
}

function unasked(): never {
  throw new Error('only short commands are asked for here');
}

async function taken(input: DockerOptions['input']): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  if (input !== undefined && !(input instanceof Uint8Array)) for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks);
}
