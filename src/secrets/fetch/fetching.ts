import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { type Config, repositoryRoot } from '../../config/index.ts';
import { SafebuildError } from '../../errors.ts';
import type { Fetched, ProviderHost } from '../providers/provider.ts';
import { createSessions, type Sessions } from '../providers/sessions.ts';
import type { DeclaredSource } from './declared.ts';
import { type Demand, demandsOf } from './demands.ts';

/** Long for a store that answers, short for somebody who waits. */
const defaultDeadlineMs = 30_000;

export interface FetchingHost {
  env: ProviderHost['env'];
  signal: AbortSignal;
  /** Throws unless the user trusts the project, which lies at `root`, with all of these. */
  permit(demands: readonly Demand[], root: string): Promise<void>;
  /** Says what is done now; undefined when it is done. */
  say(text: string | undefined): void;
  /** Hears what could not be given back when the build is over. */
  notReturned(what: string): void;
}

/** What one build fetches, and holds until it is over. */
export interface Fetching {
  /**
   * Asks every source at the same time, each reference once.
   *
   * Gives an error in place of a value that could not be had. Throws what `permit` throws, and `INTERRUPTED`.
   */
  fetch(
    sources: readonly DeclaredSource[],
    config: Config,
    contextDir: string,
  ): Promise<Map<string, Fetched | SafebuildError>>;
  /** Gives back what was lent. To be called when the build is over, however it ended. Never throws. */
  close(): Promise<void>;
}

/** Opens nothing before the first `fetch`. */
export function createFetching({ env, signal, permit, say, notReturned }: FetchingHost): Fetching {
  const opened: Sessions[] = [];
  const home = env.HOME || homedir();
  return {
    async fetch(sources, config, contextDir) {
      const folder = config.path === undefined ? contextDir : dirname(config.path);
      const root = (await repositoryRoot(folder)) ?? folder;
      // What the user has set for a provider stands in place of what the project has.
      const own = config.user?.sources.settings ?? new Map<string, unknown>();
      const projects = new Map([...config.sources.settings].filter(([name]) => !own.has(name)));
      const demands = await demandsOf(sources, projects, { folder, root, home });
      if (demands.length > 0) await permit(demands, root);
      const sessions = createSessions({
        env,
        home,
        signal,
        notReturned,
        settings: (name) => own.get(name) ?? projects.get(name),
        deadlineMs: config.user?.sources.deadlineMs ?? config.sources.deadlineMs ?? defaultDeadlineMs,
      });
      opened.push(sessions);
      say('fetching secrets');
      try {
        return new Map(await Promise.all(sources.map((source) => fetchOne(source, sessions))));
      } finally {
        sessions.settled();
        say(undefined);
      }
    },
    async close() {
      await Promise.all(opened.splice(0).map((sessions) => sessions.close()));
    },
  };
}

async function fetchOne(
  { name, from = '', folder, allowEmpty }: DeclaredSource,
  sessions: Sessions,
): Promise<[string, Fetched | SafebuildError]> {
  try {
    const fetched = await sessions.fetch(from, folder);
    const empty = fetched.value.length === 0 && !allowEmpty;
    return [name, empty ? new SafebuildError('SECRET_EMPTY', 'its value is empty', { hint: emptyHint }) : fetched];
  } catch (error) {
    if (error instanceof SafebuildError && error.code !== 'INTERRUPTED') return [name, error];
    throw error;
  }
}

const emptyHint = 'Give it a value, or write allow-empty: true where it may be empty.';
