/** One name that a build knows. No values. */
export interface InventoryRow {
  name: string;
  kind: 'secret' | 'setting';
  /** Why it is one, in words for a person. */
  why: string;
  /** From where its value comes, or would come: `.env line 3`, a reference, `environment`. */
  source: string;
  /** What became of it; `unknown`: its source was not asked. */
  state: 'ok' | 'unknown' | 'empty' | 'missing' | 'failed';
  /** What is wrong, and what to do about it. */
  problem?: string;
  /** As the source calls it. */
  version?: string;
  /** When this version was made, or the file that holds it was changed; ISO 8601. */
  changed?: string;
  /** Of the Dockerfile, of what is built for the target. */
  lines: readonly number[];
}
