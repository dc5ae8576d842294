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

/** An engine that is already there. */
export interface FoundEngine {
  readonly major: number;
  readonly store: 'containerd' | 'graphdriver';
}

export declare class TestbedFailure extends Error {}

export declare function cacheFolder(): string;
export declare function startEngine(
  name: EngineName,
  options?: { holder?: string; accepts?: (found: FoundEngine) => boolean },
): Promise<Engine>;
export declare function releaseEngines(): Promise<void>;
export declare function stopEngine(name: EngineName, options?: { wipe?: boolean }): Promise<void>;
export declare function ensureImages(engine: Engine, tags: readonly string[]): Promise<void>;

/** A manifest that a registry received. */
export interface ReceivedManifest {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
}

export interface ContainerRegistry {
  readonly url: string;
  /** What image names start with: `127.0.0.1:PORT`. */
  readonly host: string;
  /** Every manifest that ever arrived, tagged or not. */
  received(): Promise<ReceivedManifest[]>;
  stop(): Promise<void>;
}

export interface NpmRegistry {
  /** With a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** Lines of an .npmrc for `@corp`, with `${NPM_TOKEN}` where the token goes. */
  readonly npmrc: string;
  stop(): Promise<void>;
}

export interface PythonIndex {
  readonly url: string;
  readonly user: string;
  readonly token: string;
  /** `url` with user and token in it. */
  readonly indexUrl: string;
  stop(): Promise<void>;
}

/** Debian's docker-registry on loopback, empty; with a login when one is given. */
export declare function startRegistry(login?: { user: string; password: string }): Promise<ContainerRegistry>;
/**
 * verdaccio on loopback with the private `@corp/widget@1.2.3`, which is a function that returns a greeting.
 *
 * It has the public `packages` too, with all that they depend on: `serve@14.2.7`.
 */
export declare function startNpmRegistry(packages?: readonly string[]): Promise<NpmRegistry>;
/** A private index on loopback with `corp-lib` 1.0.0, `corp_lib.VALUE == 42`. */
export declare function startPythonIndex(login?: { user?: string; token?: string }): Promise<PythonIndex>;
/** What starts strace: words that go before the command, and variables for strace alone. */
export declare function strace(): Promise<{ command: readonly string[]; env: Readonly<Record<string, string>> }>;
/** What starts Docker Compose 2 or newer: the words that go before its arguments. It reads files without an engine. */
export declare function compose(): Promise<readonly string[]>;
/** A folder with Debian's sshd, `usr/sbin/sshd`, and the libraries that an image of Node.js lacks for it. */
export declare function sshServerFiles(): Promise<string>;
/** The program of another Node, as npm has it; `version` is a range of npm's: `24`, `20.19.0`. */
export declare function nodeOf(version: string): Promise<string>;
