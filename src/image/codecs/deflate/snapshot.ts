/** A stream between two steps of its decoding: any decoder can go on with it. */
export interface Snapshot {
  part: 'header' | 'stored' | 'codes' | 'ended' | 'broken';
  /** The decoder's memory up to its output: state, tables, unused input and window. */
  memory: Uint8Array<ArrayBuffer>;
}
