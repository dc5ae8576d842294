import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A question to the engine's own HTTP interface, or an order. */
export interface EngineRequest {
  /** Default: GET. */
  method?: 'GET' | 'POST';
  /** With the version of the interface: `/v1.48/info`. */
  path: string;
  /** A tar archive. Default: none. */
  body?: AsyncIterable<Uint8Array>;
  signal?: AbortSignal | undefined;
  /** Default: 10 seconds; without end for a request with a body. */
  waitMs?: number;
}

/** What the engine's own HTTP interface said. */
export interface EngineAnswer {
  status: number;
  text: string;
}

/** The object that the engine answered with; undefined for a refusal, no answer, and anything else. */
export function objectOf(answer: EngineAnswer | undefined): Record<string, unknown> | undefined {
  if (answer?.status !== 200) return undefined;
  try {
    const value: unknown = JSON.parse(answer.text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** One line to the engine: both ends of a child that talks to it. */
export interface EngineLine {
  input: NodeJS.WritableStream;
  output: NodeJS.ReadableStream;
  ended: Promise<unknown>;
  hangUp(): void;
  /** Whether the line, which may stay open for long, keeps the process alive. */
  hold(holds: boolean): void;
}

/** An engine far away, and busy, answers sooner; one that hangs would be waited for for ever. */
const patienceMs = 10_000;

/** More than the engine says of any image, or of a load. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Asks the engine over one line that stays open: a docker client of its own for each question takes ten times as long.
 *
 * The line is `docker system dial-stdio`, the way of `ssh://` hosts, so right for every context and host that the docker client
 * knows. Undefined where there is no answer to be had: another client than docker's, an engine that does not answer within
 * `waitMs`, an interruption. Never throws for that: whoever asks must have another way.
 */
export class EngineApi {
  readonly #agent: Agent;
  #line: EngineLine | undefined;
  #waiting = 0;

  constructor(dial: () => EngineLine | undefined) {
    this.#agent = new LineAgent(() => {
      this.#line = dial();
      return this.#line;
    });
  }

  async ask(request: EngineRequest): Promise<EngineAnswer | undefined> {
    if (request.signal?.aborted) return undefined;
    this.#waiting += 1;
    try {
      return await this.#send(request);
    } catch {
      return undefined;
    } finally {
      this.#waiting -= 1;
      this.#line?.hold(this.#waiting > 0);
    }
  }

  async #send(request: EngineRequest): Promise<EngineAnswer> {
    const { method = 'GET', path, body, signal } = request;
    const waitMs = request.waitMs ?? (body === undefined ? patienceMs : undefined);
    const deadline = waitMs === undefined ? undefined : AbortSignal.timeout(waitMs);
    const signals = [signal, deadline].filter((one) => one !== undefined);
    const headers = { Host: 'docker', ...(body === undefined ? {} : { 'Content-Type': 'application/x-tar' }) };
    const sent = httpRequest({ agent: this.#agent, method, path, headers, signal: AbortSignal.any(signals) });
    const answer = answerTo(sent);
    // Whoever awaits the answer hears of it.
    answer.catch(() => undefined);
    this.#line?.hold(true);
    try {
      if (body === undefined) sent.end();
      else await pipeline(Readable.from(body), sent);
      const message = await answer;
      return { status: message.statusCode ?? 0, text: await textOf(message) };
    } catch (error) {
      // An engine may hang up between two questions: RFC 9112, 9.3.1.
      if (!sent.reusedSocket || body !== undefined || signal?.aborted) throw error;
      return this.#send(request);
    }
  }
}

function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve).on('error', reject);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('the engine does not stop');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Keeps one line, on which questions follow each other. */
class LineAgent extends Agent {
  readonly #dial: () => EngineLine | undefined;

  constructor(dial: () => EngineLine | undefined) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#dial = dial;
  }

  override createConnection(): Duplex {
    const line = this.#dial();
    if (line === undefined) return new Duplex().destroy(new Error('docker cannot be started'));
    const duplex = Duplex.from({ readable: line.output, writable: line.input });
    const close = (): void => void duplex.destroy();
    line.ended.then(close, close);
    duplex.once('close', () => line.hangUp());
    // Who waits for an answer is told by node:http; between two questions nobody is.
    duplex.on('error', () => undefined);
    return duplex;
  }

  /** A line is no TCP socket, which these would set options of. */
  override keepSocketAlive(): boolean {
    return true;
  }

  override reuseSocket(_line: Duplex, sent: ClientRequest): void {
    sent.reusedSocket = true;
  }
}
