const shown = '[secret]';

/** Where a value came from, in words for a person: `.env line 3`, `environment`, `--build-arg`. */
export interface Origin {
  source: 'dotenv' | 'environment' | 'file' | 'fetched' | 'build-arg' | 'dockerfile' | 'context-file' | 'secret-flag';
  /** Path, flag or reference, never a value. */
  where: string;
  line?: number;
}

export interface SecretFields {
  name: string;
  value: Uint8Array;
  origin: Origin;
  /** Why it counts as a secret, in words for a person. */
  reason: string;
  /** The secret of which this is a part, e.g. the password inside a URL. */
  partOf?: string;
  /** Why its value cannot be searched for (`too short`, `too common a word`); neither the value nor its length. */
  weak?: string;
}

/**
 * A value that cannot be printed by accident.
 *
 * `String()`, template literals, `JSON.stringify`, `util.inspect` and structured clones show a fixed text; `reveal()` is
 * the only way to the bytes, so that a search for its callers is the security review (ARCHITECTURE.md).
 */
export class Secret {
  readonly name: string;
  readonly origin: Origin;
  readonly reason: string;
  readonly partOf: string | undefined;
  /**
   * Why a search for the value would mean nothing; absent for a value that can be searched for.
   *
   * A weak secret is still a secret: it is mounted, masked where that is possible, and named in every report.
   */
  readonly weak: string | undefined;
  readonly #value: Buffer;

  constructor(fields: SecretFields) {
    this.name = fields.name;
    this.origin = fields.origin;
    this.reason = fields.reason;
    this.partOf = fields.partOf;
    this.weak = fields.weak;
    this.#value = Buffer.from(fields.value);
  }

  /** The bytes. Only `scan`, `buildx`, `secrets` and `build/versions.ts` (a keyed digest) may call this. */
  reveal(): Buffer {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Secret(${this.name})`;
  }
}
