import type { Docker, DockerOptions } from '../../../src/buildx/docker.ts';

/** What a docker command that begins with `words` prints; a string is its standard output with exit code 0. */
export type Answers = Readonly<Record<string, string | { exitCode: number; stderr: string }>>;

/**
 * A docker that answers from a table and remembers what it was asked.
 *
 * For answers that a real engine gives only in a race, or when a registry lies; real engines are used in test/docker.
 */
export function answering(answers: Answers): { docker: Docker; asked: string[]; inputs: Buffer[] } {
  const asked: string[] = [];
  const inputs: Buffer[] = [];
  const run = async (args: readonly string[], options: DockerOptions = {}) => {
    const command = args.join(' ');
    asked.push(command);
    const chunks: Uint8Array[] = [];
    if (options.input && !(options.input instanceof Uint8Array))
      for await (const chunk of options.input) chunks.push(chunk);
    inputs.push(Buffer.concat(chunks));
    const key = Object.keys(answers).find((words) => command.startsWith(words));
    const answer = key === undefined ? { exitCode: 1, stderr: 'no such thing' } : (answers[key] ?? '');
    return typeof answer === 'string' ? { exitCode: 0, stdout: answer, stderr: '' } : { stdout: '', ...answer };
  };
  const unasked = (): never => {
    throw new Error('only short commands are asked for here');
  };
  return { docker: { run, start: unasked, passThrough: unasked }, asked, inputs };
}
