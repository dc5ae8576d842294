/** The part of the WebAssembly JavaScript interface that is used here; TypeScript has it only among the DOM types. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: Record<string, unknown> };
}

/** Undefined where Node runs without WebAssembly (`--jitless`). */
export function webAssembly(): WebAssemblyApi | undefined {
  return (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
}
