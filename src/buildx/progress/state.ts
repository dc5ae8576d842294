import { StringDecoder } from 'node:string_decoder';
import type { SolveStatus, VertexLog, VertexStatus } from './status.ts';

/** What is known of one step so far. Times are milliseconds since the epoch. */
export interface Step {
  name: string;
  startedMs?: number;
  completedMs?: number;
  cached: boolean;
  error?: string;
  statuses: Map<string, VertexStatus>;
  /** Everything the step printed, up to `keptLogLength` of its end. */
  log: string;
  /** One a stream of the step: a character may be cut in two between messages. */
  decoders: Map<number, StringDecoder>;
}

/** The steps in the order in which the builder named them. */
export type ProgressState = Map<string, Step>;

/** As much as a person reads behind an error; BuildKit itself keeps 2 MiB a step. */
const keptLogLength = 256 * 1024;

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
    if (step) step.log = (step.log + decode(step, log)).slice(-keptLogLength);
  }
}

function decode(step: Step, { stream, data }: VertexLog): string {
  const decoder = step.decoders.get(stream) ?? new StringDecoder();
  step.decoders.set(stream, decoder);
  return decoder.write(Buffer.from(data, 'base64'));
}

function newStep(name: string): Step {
  return { name, cached: false, statuses: new Map(), log: '', decoders: new Map() };
}
