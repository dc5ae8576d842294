import { type Dockerfile, type Instruction, type Pair, type Stage, variablesIn } from '../dockerfile/index.ts';
import { fetchOf } from './add-fetch.ts';
import { carryOf } from './carry-of.ts';
import type { RuleContext } from './context.ts';
import { namedInConfig, npmConfigWrites } from './npm-config.ts';
import { type Reader, readerOf } from './readers.ts';
import { type Run, runOf, type Use, usesOf } from './runs.ts';
import { escapeRegExp } from './text.ts';
import { declared } from './values.ts';

/** An ARG or ENV pair through which a secret's value becomes part of the build. */
export interface Carrier {
  keyword: 'ARG' | 'ENV';
  variable: string;
  /** Name in the SecretSet. */
  secret: string;
  instruction: number;
  pair: number;
  /** Absent for an ARG before the first FROM. */
  stage?: Stage;
  /** The value stands in the Dockerfile itself. */
  literal: boolean;
  /** False when the secret is only a part of the value: `https://$TOKEN@example.com`. */
  whole: boolean;
  /** The carrier whose variable is its value. */
  from?: Carrier;
  /** The RUNs in whose scope the variable is, by index. */
  seenBy: Set<number>;
  /** The RUNs that read it. */
  readers: Reader[];
  /** Instructions that expand the variable and can take no secret mount. */
  expandedBy: number[];
  /** CMD, ENTRYPOINT and HEALTHCHECK that name the variable: it is expanded when the container runs. */
  namedAtRuntime: number[];
}

/** An ARG that keeps its default: its name is a secret's, but nothing hands the secret over. */
export interface KeptDefault {
  variable: string;
  instruction: number;
}

export interface Flow {
  carriers: readonly Carrier[];
  keptDefaults: readonly KeptDefault[];
  /** The carriers that take their value from one. */
  fed: ReadonlyMap<Carrier, readonly Carrier[]>;
}

/** What one stage's instructions see at one point. */
interface Scope {
  carriers: Map<string, Carrier>;
  /** Variables set by ENV to something else: they hide an ARG of the same name. */
  plain: Set<string>;
  /** Variables that an npm configuration file names, so that every command of npm's family reads them. */
  deferred: Set<string>;
}

/** Instructions of which BuildKit expands the arguments. Source: Dockerfile reference, "Environment replacement". */
const expanding = new Set(['ADD', 'COPY', 'EXPOSE', 'FROM', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR']);
const atRuntime = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

const cache = new WeakMap<RuleContext, Flow>();

/**
 * Follows every secret through ARG and ENV: who declares it, under which names it goes on, which RUNs read it.
 *
 * Scoping is BuildKit's: an ARG before FROM is seen by FROM and by an ARG of the same name in a stage; ARG and ENV go on
 * to the stages that are built FROM this one; ENV hides ARG.
 */
export function flowOf(context: RuleContext): Flow {
  const known = cache.get(context);
  if (known) return known;
  const flow = new Walk(context).flow();
  cache.set(context, flow);
  return flow;
}

class Walk {
  readonly #context: RuleContext;
  readonly #dockerfile: Dockerfile;
  readonly #index: ReadonlyMap<Instruction, number>;
  readonly #carriers: Carrier[] = [];
  readonly #keptDefaults: KeptDefault[] = [];
  readonly #globals: Scope = { carriers: new Map(), plain: new Set(), deferred: new Set() };
  readonly #ends = new Map<Stage, Scope>();

  constructor(context: RuleContext) {
    this.#context = context;
    this.#dockerfile = context.dockerfile;
    this.#index = new Map(context.dockerfile.instructions.map((instruction, index) => [instruction, index]));
  }

  flow(): Flow {
    for (const instruction of this.#dockerfile.globalArgs) this.#declare(instruction, this.#globals, undefined);
    for (const stage of this.#dockerfile.stages) this.#stage(stage);
    const fed = new Map<Carrier, Carrier[]>();
    for (const carrier of this.#carriers) {
      const { from } = carrier;
      if (from) fed.set(from, [...(fed.get(from) ?? []), carrier]);
    }
    return { carriers: this.#carriers, keptDefaults: this.#keptDefaults, fed };
  }

  #stage(stage: Stage): void {
    const above = stage.parent && this.#ends.get(stage.parent);
    const scope: Scope = {
      carriers: new Map(above?.carriers),
      plain: new Set(above?.plain),
      deferred: new Set(above?.deferred),
    };
    this.#expand(stage.from, this.#globals);
    for (const instruction of stage.instructions) this.#step(instruction, scope, stage);
    this.#ends.set(stage, scope);
  }

  #step(instruction: Instruction, scope: Scope, stage: Stage): void {
    const { keyword } = instruction;
    if (keyword === 'ARG' || keyword === 'ENV') this.#declare(instruction, scope, stage);
    else if (keyword === 'RUN') this.#run(runOf(this.#dockerfile, this.#position(instruction)), scope);
    else if (fetchOf(this.#context, instruction)?.sure) this.#fetch(instruction, scope);
    else if (expanding.has(keyword) && keyword !== 'FROM') this.#expand(instruction, scope);
    else if (atRuntime.has(keyword)) this.#mention(instruction, scope);
  }

  #declare(instruction: Instruction, scope: Scope, stage: Stage | undefined): void {
    // All pairs of one ENV are expanded with the values before it (Dockerfile reference, "Environment replacement").
    const before = (instruction.pairs ?? []).length > 1 ? new Map(scope.carriers) : scope.carriers;
    for (const [index, pair] of (instruction.pairs ?? []).entries()) {
      const found = declared(this.#context, instruction, pair, before, this.#globals.carriers);
      const keyword = instruction.keyword as 'ARG' | 'ENV';
      if (found === 'default')
        this.#keptDefaults.push({ variable: pair.name, instruction: this.#position(instruction) });
      if (found === undefined || found === 'default') this.#plain(keyword, pair, scope);
      else {
        const carrier: Carrier = {
          ...found,
          keyword,
          variable: pair.name,
          instruction: this.#position(instruction),
          pair: index,
          ...(stage && { stage }),
          seenBy: new Set(),
          readers: [],
          expandedBy: [],
          namedAtRuntime: [],
        };
        this.#carriers.push(carrier);
        const hidden =
          keyword === 'ARG' && (scope.plain.has(pair.name) || scope.carriers.get(pair.name)?.keyword === 'ENV');
        if (!hidden) scope.carriers.set(pair.name, carrier);
        if (keyword === 'ENV') scope.plain.delete(pair.name);
      }
    }
  }

  #plain(keyword: 'ARG' | 'ENV', pair: Pair, scope: Scope): void {
    if (keyword === 'ENV') {
      scope.carriers.delete(pair.name);
      scope.plain.add(pair.name);
    } else if (scope.carriers.get(pair.name)?.keyword === 'ARG') scope.carriers.delete(pair.name);
  }

  #run(run: Run, scope: Scope): void {
    const writes = npmConfigWrites(run);
    for (const name of namedInConfig(run)) scope.deferred.add(name);
    for (const carrier of scope.carriers.values()) {
      carrier.seenBy.add(run.index);
      const moved = this.#carried(run, carrier);
      const reader = readerOf(this.#context, run, carrier.variable, {
        writes: [...writes, ...moved],
        written: scope.deferred.has(carrier.variable),
      });
      if (reader) carrier.readers.push(reader);
      if (run.instruction.flags.some((flag) => names(flag.value ?? '', carrier.variable, this.#dockerfile.escape))) {
        carrier.expandedBy.push(run.index);
      }
    }
  }

  /** The uses that other RUNs take over; those RUNs become readers. */
  #carried(run: Run, carrier: Carrier): Use[] {
    return usesOf(run, carrier.variable).filter((use) => {
      const carry = carryOf(this.#context, run, use, carrier.secret);
      for (const instruction of carry?.consumers ?? [])
        carrier.readers.push({ instruction, families: carry!.families });
      return carry !== undefined && !carry.own;
    });
  }

  #expand(instruction: Instruction, scope: Scope): void {
    const { escape: escapeChar } = this.#dockerfile;
    const texts = [instruction.text, ...instruction.flags.map((flag) => flag.value ?? '')];
    const bodies = instruction.heredocs.filter((heredoc) => heredoc.expand).map((heredoc) => heredoc.body);
    for (const { variable, expandedBy } of scope.carriers.values()) {
      const expands =
        texts.some((text) => names(text, variable, escapeChar)) || bodies.some((body) => inBody(body, variable));
      if (expands) expandedBy.push(this.#position(instruction));
    }
  }

  /** An ADD that becomes a RUN reads what it expands. */
  #fetch(instruction: Instruction, scope: Scope): void {
    for (const { variable, readers } of scope.carriers.values()) {
      if (names(instruction.text, variable, this.#dockerfile.escape)) {
        readers.push({ instruction: this.#position(instruction), families: ['curl'] });
      }
    }
  }

  #mention(instruction: Instruction, scope: Scope): void {
    for (const carrier of scope.carriers.values()) {
      const pattern = new RegExp(`\\$\\{?${escapeRegExp(carrier.variable)}(?![A-Za-z0-9_])`);
      if (pattern.test(instruction.text)) carrier.namedAtRuntime.push(this.#position(instruction));
    }
  }

  #position(instruction: Instruction): number {
    return this.#index.get(instruction) ?? -1;
  }
}

function names(text: string, variable: string, escapeChar: Dockerfile['escape']): boolean {
  return text.includes(variable) && variablesIn(text, escapeChar).some((found) => found.name === variable);
}

/** In a heredoc body BuildKit expands variables in any quotes (seen with Docker 28.5). */
function inBody(body: string, variable: string): boolean {
  return new RegExp(`(?<!\\\\)\\$\\{?${escapeRegExp(variable)}(?![A-Za-z0-9_])`).test(body);
}
