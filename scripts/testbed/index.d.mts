/** The engines that the tests ask for; engines.mjs says what they are. */
export type EngineName = 'containerd' | 'overlay2' | 'engine26' | 'engine20';

/** A Docker engine that answers. */
export interface Engine {
  readonly name: EngineName;
  /** What a docker client needs, PATH included. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the testbed runs it: only such an engine is given look-alike images. */
  readonly ours: boolean;
  /** Stops it, if it is ours and no other process uses it. */
  release(): Promise<void>;
}

export declare class TestbedFailure extends Error {}

export declare function cacheFolder(): string;
export declare function startEngine(name: EngineName, options?: { holder?: string }): Promise<Engine>;
export declare function releaseEngines(): Promise<void>;
export declare function stopEngine(name: EngineName, options?: { wipe?: boolean }): Promise<void>;
export declare function ensureImages(engine: Engine, tags: readonly string[]): Promise<void>;
