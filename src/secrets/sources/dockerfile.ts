import type { Dockerfile, Instruction, Pair } from '../../dockerfile/index.ts';
import type { Range } from '../../finding.ts';
import { classify } from '../classify.ts';
import { isCommonWord } from '../common-words.ts';
import { judgeName } from '../names.ts';
import { isPlaceholder } from '../placeholder.ts';
import { Secret } from '../secret.ts';
import { credentialsInText, type TextCredential } from '../text-credentials.ts';
import { secretShape } from '../value-shapes.ts';

/** A credential that stands in the Dockerfile itself. */
export interface DockerfileLiteral {
  secret: Secret;
  /** Where the value stands in `Dockerfile.source`; for a pair, with its quotes. */
  range: Range;
}

/**
 * The credentials that the Dockerfile holds in clear: values of ENV, ARG and LABEL whose name or form says secret, and
 * anywhere in the text provider tokens, private keys, passwords in URLs, and values of telling variables and flags.
 *
 * No value that refers to a variable, no placeholder, no everyday word (`ENV POSTGRES_PASSWORD=postgres` of a demo).
 * `path` is the Dockerfile's, for messages.
 */
export function literalsIn(dockerfile: Dockerfile, path = 'Dockerfile'): DockerfileLiteral[] {
  const pairs = dockerfile.instructions.flatMap((instruction) => pairLiterals(instruction, path));
  const covered = (range: Range): boolean =>
    pairs.some((pair) => pair.range.start <= range.start && range.end <= pair.range.end);
  const names = namesInDockerfile(dockerfile);
  const texts = credentialsInText(dockerfile.source)
    // Behind `--token-env` stands the name of a variable.
    .filter((found) => !covered(found.range) && !names.has(found.value))
    .map((found) => textLiteral(found, dockerfile.source, path));
  return [...pairs, ...texts];
}

/** The values alone, see `literalsIn`. */
export function secretsInDockerfile(dockerfile: Dockerfile, path = 'Dockerfile'): Secret[] {
  return literalsIn(dockerfile, path).map(({ secret }) => secret);
}

function pairLiterals(instruction: Instruction, path: string): DockerfileLiteral[] {
  const inner = instruction.onbuild ?? instruction;
  return (inner.pairs ?? []).flatMap((pair) => pairLiteral(pair, inner, path) ?? []);
}

function pairLiteral(pair: Pair, { keyword, line }: Instruction, path: string): DockerfileLiteral | undefined {
  const { name, value, valueRange } = pair;
  if (value === undefined || !valueRange || refersToVariable(pair.raw ?? value) || isEveryday(value)) return undefined;
  const { kind, reason } = classify(name, value);
  if (kind !== 'secret') return undefined;
  // Build ids, revisions and checksums stand in Dockerfiles by the dozen: random text alone is no secret here.
  if (judgeName(name).says !== 'secret' && secretShape(value) === undefined) return undefined;
  const secret = new Secret({
    name,
    value: Buffer.from(value),
    origin: { source: 'dockerfile', where: path, line },
    reason: `${keyword} holds it in clear, and ${reason}`,
  });
  return { secret, range: valueRange };
}

function refersToVariable(raw: string): boolean {
  return !raw.startsWith("'") && /(?<!\\)\$(?:\{|[A-Za-z_])/.test(raw);
}

function isEveryday(value: string): boolean {
  return isPlaceholder(value) || isCommonWord(value);
}

function textLiteral(found: TextCredential, source: string, path: string): DockerfileLiteral {
  const line = source.slice(0, found.range.start).split('\n').length;
  const secret = new Secret({
    // A name made up here must not meet a variable of that name, whose value is another one.
    name: found.name ?? `${found.title}_LINE_${line}`,
    value: Buffer.from(found.value),
    origin: { source: 'dockerfile', where: path, line },
    reason: found.reason,
  });
  return { secret, range: found.range };
}

/**
 * Every name that the Dockerfile speaks of: ARG and ENV, variables in any text, ids and variables of secret mounts.
 *
 * More than BuildKit would expand, on purpose: a name too many only means that one more variable is judged.
 */
export function namesInDockerfile(dockerfile: Dockerfile): Set<string> {
  const names = new Set<string>();
  for (const instruction of dockerfile.instructions) {
    for (const pair of (instruction.onbuild ?? instruction).pairs ?? []) names.add(pair.name);
  }
  for (const match of dockerfile.source.matchAll(/\$\{?([A-Za-z_]\w*)|\b(?:id|env)=([A-Za-z_]\w*)/g)) {
    names.add(match[1] ?? match[2] ?? '');
  }
  return names;
}
