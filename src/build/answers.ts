import {
  type Builder,
  buildxHelp,
  currentContext,
  inspectBuilder,
  type ProbeOptions,
  supportsSecretEnv,
} from '../buildx/index.ts';
import { engineIdentity } from './engine-identity.ts';
import type { BuildHost } from './host.ts';
import { Memory } from './memory.ts';

/** What a `# syntax=` frontend of a moving tag can do may change behind it. */
const lifeMs = 24 * 60 * 60 * 1000;

/** What is remembered of one builder. Only what was a plain yes: a no may have been an engine that was busy. */
interface Note {
  identity: string;
  atMs: number;
  builder?: Builder;
  /** By `# syntax=`; empty where there is none. */
  secretEnv: Record<string, true>;
  rawJson?: true;
}

type Asking = Omit<ProbeOptions, 'builder' | 'signal'>;

/**
 * What the builder and buildx say of themselves, asked once a day instead of at every build.
 *
 * An answer holds for this engine, client, buildx and builder as `engineIdentity` tells them apart; with any other builder than
 * the engine's own they are asked every time.
 */
export class Answers {
  readonly #name: string;
  readonly #host: Pick<BuildHost, 'docker' | 'env' | 'signal'>;
  readonly #memory: Memory;
  readonly #known: Promise<Note | undefined>;
  /** Asks again, what was answered from memory, and tells whether it is still true. */
  readonly #recalled: (() => Promise<boolean>)[] = [];
  #believes = true;

  constructor(name: string, host: Pick<BuildHost, 'docker' | 'env' | 'signal'>, contextDir: string | undefined) {
    this.#name = name;
    this.#host = host;
    this.#memory = new Memory(host.env, 'answers', contextDir);
    this.#known = this.#recall();
    // Whoever awaits it later hears of a failure; until then it must not end the process.
    this.#known.catch(() => undefined);
  }

  /** Throws as `inspectBuilder` does. */
  async builder(): Promise<Builder> {
    const ask = (): Promise<Builder> => inspectBuilder(this.#host.docker, this.#name);
    const known = this.#believes ? (await this.#known)?.builder : undefined;
    if (known !== undefined) {
      this.#recalled.push(async () => JSON.stringify(await ask()) === JSON.stringify(known));
      return known;
    }
    const builder = await ask();
    // Of any other driver nobody but buildx can say whether its nodes are what they were.
    if (builder.driver === 'docker') await this.#learn((note) => ({ ...note, builder }));
    return builder;
  }

  /** As `supportsSecretEnv`. */
  async secretEnv({ syntax, workDir }: Asking): Promise<boolean> {
    const { docker, signal } = this.#host;
    const ask = (): Promise<boolean> => supportsSecretEnv(docker, { builder: this.#name, syntax, workDir, signal });
    const isKnown = this.#believes && (await this.#known)?.secretEnv[syntax ?? ''] === true;
    if (isKnown) {
      this.#recalled.push(ask);
      return true;
    }
    const answer = await ask();
    if (answer) await this.#learn((note) => ({ ...note, secretEnv: { ...note.secretEnv, [syntax ?? '']: true } }));
    return answer;
  }

  /** Whether this buildx has `--progress=rawjson`. */
  async rawJson(): Promise<boolean> {
    const ask = async (): Promise<boolean> => (await buildxHelp(this.#host.docker)).rawJson;
    if (this.#believes && (await this.#known)?.rawJson === true) {
      this.#recalled.push(ask);
      return true;
    }
    const answer = await ask();
    if (answer) await this.#learn((note) => ({ ...note, rawJson: true }));
    return answer;
  }

  /**
   * After a build that failed: whether it was led by an answer from memory that is no longer true.
   *
   * From then on nothing is answered from memory.
   */
  async misled(): Promise<boolean> {
    const again = this.#recalled.splice(0);
    if (again.length === 0) return false;
    this.#believes = false;
    const still = await Promise.all(again.map((ask) => ask().catch(() => false)));
    if (still.every(Boolean)) return false;
    const known = await this.#known;
    if (known !== undefined) {
      delete known.builder;
      delete known.rawJson;
      known.secretEnv = {};
    }
    await this.#memory.forget(this.#subject());
    return true;
  }

  #subject(): string {
    const { DOCKER_HOST = '', DOCKER_CONTEXT = '', DOCKER_CONFIG = '' } = this.#host.env;
    return JSON.stringify([this.#name, DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG]);
  }

  /** A note of this very engine and buildx, empty where none was kept; undefined where nothing may be remembered. */
  async #recall(): Promise<Note | undefined> {
    const { docker, env, signal } = this.#host;
    if ((await currentContext(docker, env)) !== this.#name) return undefined;
    const [identity, kept] = await Promise.all([
      engineIdentity(docker, this.#name, env, signal),
      this.#memory.recall(this.#subject()),
    ]);
    if (identity === undefined) return undefined;
    const nowMs = Date.now();
    const fits =
      isNote(kept) &&
      kept.identity === identity.digest &&
      (kept.builder?.store ?? identity.store) === identity.store &&
      kept.atMs <= nowMs &&
      nowMs - kept.atMs < lifeMs;
    return fits ? kept : { identity: identity.digest, atMs: nowMs, secretEnv: {} };
  }

  #learning: Promise<void> = Promise.resolve();

  async #learn(add: (note: Note) => Note): Promise<void> {
    const known = await this.#known;
    if (known === undefined) return;
    // One after the other: each adds to what the one before it wrote.
    this.#learning = this.#learning.then(async () => {
      Object.assign(known, add(known));
      await this.#memory.note(this.#subject(), known);
    });
    await this.#learning;
  }
}

function isNote(value: unknown): value is Note {
  if (typeof value !== 'object' || value === null) return false;
  const { identity, atMs, secretEnv, builder } = value as Partial<Note>;
  const stores: unknown[] = ['containerd', 'graphdriver'];
  return (
    typeof identity === 'string' &&
    typeof atMs === 'number' &&
    typeof secretEnv === 'object' &&
    secretEnv !== null &&
    (builder === undefined || (builder?.driver === 'docker' && stores.includes(builder.store)))
  );
}
