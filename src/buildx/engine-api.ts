import type { Docker } from './docker.ts';

/** What the engine's own HTTP interface said. */
export interface EngineAnswer {
  status: number;
  /** The body as JSON; undefined where it is none. */
  body: unknown;
}

/** An engine far away, and busy, answers sooner; one that hangs would be waited for for ever. */
const patienceMs = 10_000;

/**
 * Asks the engine itself, by `docker system dial-stdio`: the way of `ssh://` hosts, so right for every context and host that
 * the docker client knows, and quicker than most of its commands.
 *
 * `path` with the version of the interface: `/v1.48/info`. Undefined where there is no answer to be had: another client than
 * docker's, an engine that does not answer, or does not hang up, within `waitMs`. Never throws for that: whoever asks must have
 * another way.
 */
export async function askEngine(
  docker: Docker,
  path: string,
  signal?: AbortSignal,
  waitMs = patienceMs,
): Promise<EngineAnswer | undefined> {
  const enough = new AbortController();
  const giveUp = (): void => enough.abort();
  if (signal?.aborted) giveUp();
  signal?.addEventListener('abort', giveUp, { once: true });
  const deadline = setTimeout(giveUp, waitMs);
  let answered = (): void => undefined;
  const answer = new Promise<void>((resolve) => {
    answered = resolve;
  });
  // The end of the input would be taken for somebody who hangs up, so it stays open. HTTP/1.0: the answer ends with the connection.
  async function* request(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`GET ${path} HTTP/1.0\r\nHost: docker\r\n\r\n`);
    await answer;
  }
  try {
    // docker's client notes a SIGINT here, and goes on copying.
    const options = { input: request(), signal: enough.signal, stopBy: 'SIGKILL' } as const;
    const result = await docker.run(['system', 'dial-stdio'], options);
    return result.exitCode === 0 ? parseAnswer(result.stdout) : undefined;
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', giveUp);
    answered();
  }
}

function parseAnswer(text: string): EngineAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end);
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(head)?.[1];
  if (end < 0 || status === undefined || /^transfer-encoding:/im.test(head)) return undefined;
  try {
    return { status: Number(status), body: JSON.parse(text.slice(end + 4)) as unknown };
  } catch {
    return { status: Number(status), body: undefined };
  }
}
