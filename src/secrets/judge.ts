import type { NameRule } from '../config/index.ts';
import { SafebuildError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import { classify } from './classify.ts';
import { partsOf } from './parts.ts';
import { privateKeysIn } from './pem.ts';
import { maxSecretBytes } from './read-file.ts';
import { type Origin, Secret } from './secret.ts';
import type { EmptySecret, SecretSet, Setting } from './set.ts';
import type { Candidate } from './sources/candidate.ts';
import { secretShape } from './value-shapes.ts';
import { weakness } from './weakness.ts';
import { isBuildkitArgument } from './well-known-names.ts';

/** What the set knows beside the values themselves. */
export interface JudgeOptions {
  rules: ReadonlyMap<string, NameRule>;
  notes?: readonly Finding[];
  usedUp?: readonly string[];
  fetched?: SecretSet['fetched'];
  unfetched?: SecretSet['unfetched'];
  troubles?: SecretSet['troubles'];
}

/**
 * Turns what the sources offer into one set: which value of a name is effective, which values are secrets, and why.
 *
 * A pure function. Candidates come in source order; the lowest rank wins, of equals the later. An empty value wins like any
 * other and leaves its name without a value. Throws `SOURCE_FAILED` for a secret that no build can be given.
 */
export function judge(candidates: readonly Candidate[], options: JudgeOptions): SecretSet {
  const { rules, notes = [], usedUp = [], fetched = new Map(), unfetched = [], troubles = [] } = options;
  const effective = new Map<string, Secret>();
  const shadowed: Secret[] = [];
  const empty: EmptySecret[] = [];
  const settings: Setting[] = [];
  const counted = candidates.filter(({ secret }) => !isDeclaredSetting(secret.name, rules));
  for (const [name, offers] of byName(counted)) {
    for (const [index, offer] of offers.entries()) {
      const wins = index === 0;
      const verdict = judgeOne(offer, rules.get(name));
      if (verdict.kind === 'secret' && wins) effective.set(name, verdict.secret);
      else if ('secret' in verdict) shadowed.push(verdict.secret);
      if (!wins) continue;
      const { origin } = offer.secret;
      if (verdict.kind === 'empty') empty.push({ name, origin });
      if ('reason' in verdict) settings.push({ name, origin, reason: verdict.reason });
    }
  }
  // Before equal values are joined: a name may be in an env file and have its value from the environment.
  const offered = new Set(
    counted.filter(({ secret }) => secret.origin.source !== 'environment').map(({ secret }) => secret.name),
  );
  const rest = { empty, settings, notes, usedUp, offered, fetched, unfetched, troubles };
  return assemble(effective, shadowed, rules, rest);
}

/** A part, `.env (API_KEY)`, whose own name the project declares a setting. */
function isDeclaredSetting(name: string, rules: ReadonlyMap<string, NameRule>): boolean {
  const inner = / \((.+)\)$/.exec(name)?.[1];
  return inner !== undefined && rules.get(inner)?.kind === 'setting';
}

function byName(candidates: readonly Candidate[]): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const group = groups.get(candidate.secret.name);
    if (group) group.unshift(candidate);
    else groups.set(candidate.secret.name, [candidate]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.rank - b.rank);
  return groups;
}

type Verdict =
  | { kind: 'secret'; secret: Secret }
  | { kind: 'setting'; reason: string }
  | { kind: 'searched-setting'; reason: string; secret: Secret }
  | { kind: 'empty' };

function judgeOne({ secret, certain, allowEmpty = false }: Candidate, rule: NameRule | undefined): Verdict {
  const bytes = secret.reveal();
  refuseTooLarge(secret.name, bytes, secret.origin);
  const text = bytes.toString('utf8');
  const { kind, reason } = certain
    ? ({ kind: 'secret', reason: secret.reason } as const)
    : classify(secret.name, text, rule);
  if (kind === 'setting') {
    const hides = isBuildkitArgument(secret.name) && secretShape(text) !== undefined;
    return hides ? { kind: 'searched-setting', reason, secret: sealed(secret, reason) } : { kind, reason };
  }
  if (bytes.length === 0 && !allowEmpty) return { kind: 'empty' };
  refuseNul(secret.name, bytes, secret.origin);
  return { kind, secret: sealed(secret, reason) };
}

function refuseNul(name: string, bytes: Buffer, origin: Origin): void {
  // A mount that wants it as a variable is refused when it is handed over.
  const asFile = ['secret-flag', 'context-file', 'fetched'].includes(origin.source);
  if (asFile || !bytes.includes(0)) return;
  // runc prints the whole variable in its refusal, which BuildKit shows and logs: the build must not get that far.
  throw new SafebuildError(
    'SOURCE_FAILED',
    `${name} (${placeOf(origin)}) holds a NUL byte, which no variable can carry`,
    {
      hint: `Put the value into a file and hand it over with --secret id=${name},src=FILE.`,
    },
  );
}

function refuseTooLarge(name: string, bytes: Buffer, origin: Origin): void {
  if (bytes.length <= maxSecretBytes || origin.source === 'context-file') return;
  throw new SafebuildError(
    'SOURCE_FAILED',
    `${name} (${placeOf(origin)}) is larger than 500 KiB, which BuildKit refuses`,
  );
}

function placeOf(origin: Origin): string {
  return origin.line === undefined ? origin.where : `${origin.where} line ${origin.line}`;
}

function sealed(secret: Secret, reason: string): Secret {
  const value = secret.reveal();
  const weak = weakness(value);
  return new Secret({
    name: secret.name,
    value,
    origin: secret.origin,
    reason,
    ...(secret.partOf === undefined ? {} : { partOf: secret.partOf }),
    ...(weak === undefined ? {} : { weak }),
  });
}

type Rest = Omit<SecretSet, 'secrets' | 'weak' | 'get' | 'names'>;

function assemble(
  effective: ReadonlyMap<string, Secret>,
  shadowed: readonly Secret[],
  rules: ReadonlyMap<string, NameRule>,
  rest: Rest,
): SecretSet {
  const wholes = [...effective.values(), ...shadowed];
  // What is in a credential file, the reader of its format has taken out.
  const divisible = wholes.filter(({ origin, partOf }) => origin.source !== 'context-file' || partOf !== undefined);
  const parts = divisible.flatMap(partsOf).filter(({ name }) => !isDeclaredSetting(name, rules));
  const named = new Map(
    parts
      .filter(({ name }) => name.endsWith(')'))
      .map((part) => [part.name, part] as const)
      .reverse(),
  );
  const secrets = distinct([...wholes, ...parts].sort((a, b) => Number(inFile(a)) - Number(inFile(b))));
  const names = [...effective.values()].filter(({ partOf }) => partOf === undefined).map(({ name }) => name);
  return {
    ...rest,
    secrets,
    weak: secrets.filter(({ weak }) => weak !== undefined),
    get: (name) => effective.get(name) ?? named.get(name),
    names: () => names,
  };
}

/** What a credential file holds comes last: the name of a variable says more to whoever set it. */
function inFile({ origin }: Secret): boolean {
  return origin.source === 'context-file';
}

/** Keeps the first of those with the same value. A private key is the same however its lines are broken. */
function distinct(secrets: readonly Secret[]): Secret[] {
  const byValue = new Map<string, Secret>();
  for (const secret of secrets) {
    const key = keyOf(secret);
    if (!byValue.has(key)) byValue.set(key, secret);
  }
  return [...byValue.values()];
}

/** `.env (DB_PASSWORD)` is DB_PASSWORD. */
function variableOf(name: string): string {
  return / \((\w+)\)$/.exec(name)?.[1] ?? name;
}

/** A weak value is searched for under its own name only, so there each name counts. */
function keyOf(secret: Secret): string {
  const text = secret.reveal().toString('latin1');
  // in a file it is the name behind the path
  if (secret.weak !== undefined) return `${inFile(secret) ? variableOf(secret.name) : secret.name}\n${text}`;
  const bare = text.trim();
  const key = bare.startsWith('-----BEGIN ') ? privateKeysIn(bare)[0] : undefined;
  const whole = key?.start === 0 && key.text.length === bare.length && key.body !== '' ? key : undefined;
  return whole === undefined ? `\n${text}` : `\n${whole.label}\n${whole.body}`;
}
