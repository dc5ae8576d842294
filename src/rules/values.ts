import { type Instruction, type Pair, variablesIn } from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';
import type { RuleContext } from './context.ts';
import type { Carrier } from './flow.ts';

/** Where a pair's secret comes from. */
export type Declared = Pick<Carrier, 'secret' | 'literal' | 'whole' | 'from'>;

/**
 * Build arguments that BuildKit and the tools of a build know by themselves; they are settings, or cannot be mounts.
 *
 * Sources: Dockerfile reference, "Predefined ARGs", "BuildKit built-in build args" and "Automatic platform ARGs".
 */
const predefined =
  /^(?:https?_proxy|ftp_proxy|no_proxy|all_proxy|BUILDKIT_.*|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT))$/i;

/** Whether `name` is a build argument with a meaning of its own. */
export function isPredefined(name: string): boolean {
  return predefined.test(name);
}

/**
 * The secret that an ARG or ENV pair carries, `default` for an ARG that keeps a default of its own, or undefined.
 *
 * `before` are the carriers that the pair's value can refer to, `globals` those of the ARGs before the first FROM.
 */
export function declared(
  context: RuleContext,
  instruction: Instruction,
  pair: Pair,
  before: ReadonlyMap<string, Carrier>,
  globals: ReadonlyMap<string, Carrier>,
): Declared | 'default' | undefined {
  if (isPredefined(pair.name)) return undefined;
  const literal = literalIn(context, pair);
  if (literal) return { ...literal, literal: true };
  const alias = aliasOf(context, pair, before);
  if (alias) return alias;
  if (instruction.keyword !== 'ARG') return undefined;
  if (instruction.stage !== undefined && pair.raw === undefined && globals.has(pair.name)) {
    const from = globals.get(pair.name) as Carrier;
    return { secret: from.secret, literal: false, whole: from.whole, from };
  }
  if (!context.secrets.has(pair.name)) return undefined;
  const given = context.buildArgs.has(pair.name);
  // An ARG that has a default and is not given builds with that default, without a leak: not ours to change.
  if (!given && hasDefault(context, instruction, pair)) return 'default';
  return { secret: pair.name, literal: false, whole: true };
}

/** A bare ARG in a stage takes the default of the ARG of the same name before FROM. */
function hasDefault(context: RuleContext, instruction: Instruction, pair: Pair): boolean {
  if (pair.raw !== undefined) return (pair.value ?? pair.raw) !== '';
  if (instruction.stage === undefined) return false;
  const globals = context.dockerfile.globalArgs.flatMap((arg) => arg.pairs ?? []);
  return globals.some((other) => other.name === pair.name && (other.value ?? '') !== '');
}

/** The known secret whose value stands in the pair's value: the one of the pair's own name first, then the widest. */
function literalIn(context: RuleContext, pair: Pair): { secret: string; whole: boolean } | undefined {
  const { valueRange } = pair;
  if (!valueRange) return undefined;
  const inside = context.literals.filter(({ range }) => range.start >= valueRange.start && range.end <= valueRange.end);
  const own = inside.find(({ secret }) => secret === pair.name);
  if (own || (inside.length > 0 && context.secrets.has(pair.name))) return { secret: pair.name, whole: true };
  const [widest] = inside
    .filter(({ secret }) => !context.secrets.weak(secret))
    .sort((a, b) => size(b.range) - size(a.range) || Number(isName(b.secret)) - Number(isName(a.secret)));
  if (!widest) return undefined;
  const written = pair.raw ?? '';
  const quotes = /^(["']).*\1$/s.test(written) ? 2 : 0;
  return { secret: widest.secret, whole: size(widest.range) >= written.length - quotes };
}

/** `ENV Y=$X`, `ARG Y="${X:-none}"`, `ENV URL=https://$X@example.com` with X a carrier. */
function aliasOf(context: RuleContext, pair: Pair, before: ReadonlyMap<string, Carrier>): Declared | undefined {
  const raw = pair.raw ?? '';
  if (!raw.includes('$')) return undefined;
  const found = variablesIn(raw, context.dockerfile.escape).find(({ name }) => before.has(name));
  if (!found) return undefined;
  const from = before.get(found.name) as Carrier;
  // A value that is put together is a secret of its own when the user has declared it as one.
  const bare = raw.replace(/^"(.*)"$/s, '$1');
  const whole = bare.length === found.range.end - found.range.start && !/[#%/+?]/.test(found.operator ?? '');
  if (!whole && context.secrets.has(pair.name)) return { secret: pair.name, literal: false, whole: true, from };
  return { secret: from.secret, literal: false, whole: whole && from.whole, from };
}

function size(range: Range): number {
  return range.end - range.start;
}

function isName(secret: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(secret);
}
