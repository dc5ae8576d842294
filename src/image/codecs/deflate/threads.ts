import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FromThread, ToThread } from './messages.ts';
import type { InflateThread } from './thread-inflate.ts';

/** As many as there are cores to run them, and as layers that are read at the same time. */
const mostThreads = Math.min(availableParallelism(), 4);
/** How long a thread waits for another stream before it ends. */
const idleMs = 2000;
/** Of its own heap a thread needs next to nothing. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

const idle: Thread[] = [];
let running = 0;
/** Of those, the ones that cannot be had yet. */
let starting = 0;
/** Only as compiled: Node itself runs no TypeScript. */
let refused = mostThreads < 2 || !import.meta.url.endsWith('.js');

/**
 * A thread for one stream; undefined as long as there is none that is free and has started.
 *
 * Whoever asks and gets none has one started unless one is starting, and goes on without it. Where there can be none, all go
 * on without.
 */
export function borrowThread(): InflateThread | undefined {
  const thread = idle.pop();
  if (thread !== undefined) thread.leaveIdle();
  else if (starting === 0) startThread();
  return thread;
}

/** A stream begins that is going to ask for a thread: one starts meanwhile, which takes some 0.1 s, unless one is free. */
export function foreseeThread(): void {
  if (idle.length === 0) startThread();
}

function startThread(): void {
  if (refused || running >= mostThreads) return;
  try {
    new Thread();
  } catch {
    refused = true;
  }
}

class Thread implements InflateThread {
  onMessage: InflateThread['onMessage'];
  onLost: InflateThread['onLost'];
  streams = 0;
  readonly #worker: Worker;
  #idleTimer: NodeJS.Timeout | undefined;
  /** Inputs of the stream that it has not used up. */
  #inputs = 0;
  #ready = false;
  #lost = false;

  constructor() {
    this.#worker = new Worker(new URL('./thread.js', import.meta.url), {
      env: {},
      execArgv: [],
      name: 'inflate',
      resourceLimits,
    });
    running++;
    starting++;
    this.#worker.unref();
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    // it has not even started, or an engine is out of memory: whoever waits for it hears that it has ended
    this.#worker.on('error', () => {
      refused = true;
    });
    this.#worker.on('exit', () => this.#lose());
  }

  postMessage(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    // only what is waited for keeps the process: not a stream that somebody has forgotten
    if (message.kind === 'input' && this.#inputs++ === 0) this.#worker.ref();
    this.#worker.postMessage(message, transfer);
  }

  giveBack(): void {
    this.onMessage = undefined;
    this.onLost = undefined;
    this.#inputs = 0;
    this.#worker.unref();
    if (this.#lost) return;
    this.#idleTimer = setTimeout(() => this.#retire(), idleMs).unref();
    idle.push(this);
  }

  leaveIdle(): void {
    clearTimeout(this.#idleTimer);
  }

  /** Nobody may get it any more, before it ends. */
  #retire(): void {
    this.#leavePool();
    void this.#worker.terminate();
  }

  #leavePool(): void {
    const place = idle.indexOf(this);
    if (place >= 0) idle.splice(place, 1);
  }

  #hear(message: FromThread): void {
    if (message.kind === 'ready') {
      this.#endStart();
      this.giveBack();
    } else if (message.stream === this.streams && this.onMessage !== undefined) {
      if (message.kind === 'used' && --this.#inputs === 0) this.#worker.unref();
      this.onMessage(message);
    }
    // of a stream that was given up: the thread needs its room for the next one
    else if (message.kind === 'output') this.postMessage({ kind: 'room', buffer: message.buffer }, [message.buffer]);
  }

  #endStart(): void {
    if (!this.#ready) starting--;
    this.#ready = true;
  }

  #lose(): void {
    this.#lost = true;
    this.#endStart();
    running--;
    this.#leavePool();
    this.onLost?.();
  }
}
