import type { SolveStatus, VertexStatus } from './status.ts';

/** What is known of one step so far. Times are milliseconds since the epoch. */
export interface Step {
  name: string;
  startedMs?: number;
  completedMs?: number;
  cached: boolean;
  error?: string;
  statuses: Map<string, VertexStatus>;
  /** Everything the step printed, up to `keptLogBytes` of its end. */
  log: string;
}

/** The steps in the order in which the builder named them. */
export type ProgressState = Map<string, Step>;

/** As much as a person reads behind an error; BuildKit itself keeps 2 MiB a step. */
const keptLogBytes = 256 * 1024;

/** Adds one status message to the state. */
export function applyStatus(state: ProgressState, status: SolveStatus): void {
  for (const vertex of status.vertexes ?? []) {
    const step = state.get(vertex.digest) ?? newStep(vertex.name);
    step.name = vertex.name;
    if (vertex.started !== undefined) step.startedMs = Date.parse(vertex.started);
    if (vertex.completed === undefined) delete step.completedMs;
    else step.completedMs = Date.parse(vertex.completed);
    step.cached = vertex.cached ?? step.cached;
    if (vertex.error) step.error = vertex.error;
    state.set(vertex.digest, step);
  }
  for (const inner of status.statuses ?? []) state.get(inner.vertex)?.statuses.set(inner.id, inner);
  for (const log of status.logs ?? []) {
    const step = state.get(log.vertex);
    if (step) step.log = (step.log + Buffer.from(log.data, 'base64').toString()).slice(-keptLogBytes);
  }
}

function newStep(name: string): Step {
  return { name, cached: false, statuses: new Map(), log: '' };
}
