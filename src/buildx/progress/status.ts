import type { RedactingStream, Redactor } from '../../secrets/redact.ts';

/** One step of the build graph, as `--progress=rawjson` reports it (BuildKit client.Vertex). */
export interface Vertex {
  digest: string;
  name: string;
  /** RFC 3339. */
  started?: string;
  completed?: string;
  cached?: boolean;
  error?: string;
}

/** Progress inside one vertex, e.g. a download. */
export interface VertexStatus {
  id: string;
  vertex: string;
  name?: string;
  current?: number;
  total?: number;
  started?: string;
  completed?: string;
}

/** Bytes that a step printed; `data` is base64. */
export interface VertexLog {
  vertex: string;
  stream: number;
  data: string;
  timestamp: string;
}

export interface VertexWarning {
  vertex: string;
  /** Base64, as Go encodes bytes. */
  short?: string;
  detail?: string[];
  [key: string]: unknown;
}

/** One line of `--progress=rawjson` (BuildKit client.SolveStatus). */
export interface SolveStatus {
  vertexes?: Vertex[];
  statuses?: VertexStatus[];
  logs?: VertexLog[];
  warnings?: VertexWarning[];
}

/** A line of the child's standard error: progress, or the plain text that buildx prints around it. */
export type ProgressLine = { kind: 'status'; status: SolveStatus } | { kind: 'text'; text: string };

/**
 * Masks every secret in a line of rawjson progress.
 *
 * BuildKit sends what a step prints in base64 chunks that may end inside a value (buildkit.md fact 13): each step's streams
 * are decoded and masked as one text, and the rest that is held back follows when the step ends. Names, errors and
 * warnings are masked too, since BuildKit expands variables into step names.
 */
export function createStatusMask(redactor: Redactor): (line: string) => ProgressLine {
  const streams = new Map<string, RedactingStream>();

  const maskLog = (log: VertexLog): VertexLog => {
    const key = `${log.vertex} ${log.stream}`;
    let stream = streams.get(key);
    if (stream === undefined) {
      stream = redactor.stream();
      streams.set(key, stream);
    }
    return { ...log, data: stream.push(Buffer.from(log.data, 'base64')).toString('base64') };
  };

  const flush = (vertex: Vertex): VertexLog[] =>
    [1, 2].flatMap((number) => {
      const key = `${vertex.digest} ${number}`;
      const rest = streams.get(key)?.end();
      streams.delete(key);
      if (rest === undefined || rest.length === 0) return [];
      return [
        { vertex: vertex.digest, stream: number, data: rest.toString('base64'), timestamp: vertex.completed ?? '' },
      ];
    });

  const maskStatus = (status: SolveStatus): SolveStatus => {
    const logs = (status.logs ?? []).map(maskLog);
    const completed = (status.vertexes ?? []).filter((vertex) => vertex.completed !== undefined);
    const rest = completed.flatMap(flush);
    const { logs: _, ...others } = status;
    const masked = maskStrings(others, redactor) as Omit<SolveStatus, 'logs'>;
    return { ...masked, ...(logs.length + rest.length > 0 ? { logs: [...logs, ...rest] } : {}) };
  };

  return (line) => {
    const status = parseStatus(line);
    return status === undefined
      ? { kind: 'text', text: redactor.redactText(line) }
      : { kind: 'status', status: maskStatus(status) };
  };
}

function parseStatus(line: string): SolveStatus | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as SolveStatus;
  } catch {
    return undefined;
  }
}

/** Masks all strings of a JSON value; those of warnings that hold base64 are decoded for it. */
function maskStrings(value: unknown, redactor: Redactor, key = ''): unknown {
  if (typeof value === 'string') {
    return base64Keys.has(key)
      ? Buffer.from(redactor.redactText(Buffer.from(value, 'base64').toString())).toString('base64')
      : redactor.redactText(value);
  }
  if (Array.isArray(value)) return value.map((item) => maskStrings(item, redactor, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskStrings(item, redactor, name)]));
  }
  return value;
}

/** Byte fields of BuildKit's warnings and source infos, which Go writes as base64. */
const base64Keys = new Set(['short', 'detail', 'data']);
