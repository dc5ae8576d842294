import type { ConfigFile } from './schema.ts';

/** How sources of secrets are reached: `sources:` of one configuration file. */
export interface SourceSettings {
  /** For all of a build's fetching together; absent: the default. */
  deadlineMs?: number;
  /** What stands under a source's name, as written. */
  settings: ReadonlyMap<string, unknown>;
}

/** `500ms`, `20s`, `2m`. */
export const durationPattern = /^[1-9]\d{0,5}(?:ms|s|m)$/;

/** A timer that is set to more goes off at once (Node's documentation of setTimeout). */
const longestMs = 2 ** 31 - 1;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Reads `sources:`. */
export function toSourceSettings(sources: ConfigFile['sources'] = {}): SourceSettings {
  const { deadline, ...settings } = sources;
  return {
    ...(deadline === undefined ? {} : { deadlineMs: durationMs(deadline) }),
    settings: new Map(Object.entries(settings).filter(([, value]) => value !== undefined && value !== null)),
  };
}

function durationMs(text: string): number {
  const unit = /[a-z]+$/.exec(text)?.[0] ?? 'ms';
  return Math.min(Number.parseInt(text, 10) * (unitMs[unit] ?? 1), longestMs);
}
