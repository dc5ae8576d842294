import { type Instruction, lineOfOffset } from '../dockerfile/index.ts';
import type { Change, Finding, Range } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { keptBy } from './kept.ts';
import { mountOn, variableMount } from './mounts.ts';
import { writesConfig } from './npm-config.ts';
import { literalSecretPage } from './pages/literal-secret.ts';
import { at, linesOf } from './place.ts';
import { asName, asVariable, quotingAt } from './quoting.ts';
import { npmReaders } from './readers.ts';
import { indexOf, inside, runOf } from './runs.ts';
import { around } from './spans.ts';

const rotate = 'Rotate it: it is in the history of the Dockerfile.';

interface Literal {
  secret: string;
  range: Range;
}

/** A secret's value stands in the Dockerfile, outside of ARG and ENV. */
export const literalSecret: Rule = {
  id: 'literal-secret',
  title: 'The value of a secret stands in the Dockerfile',
  why: 'A value in the Dockerfile is in version control, in every clone and fork of it, in the history of the image and, with full provenance, in its attestation. Taking it out does not take it back: it has to be replaced by a new one.',
  explanation: literalSecretPage,
  check(context) {
    return literals(context).map((literal) => finding(context, literal));
  },
};

/** The widest of the known values at each place; values too weak to be told from ordinary text are left alone. */
function literals(context: RuleContext): Literal[] {
  const strong = context.literals.filter(({ secret }) => !context.secrets.weak(secret));
  // Sorted like this, one that covers another comes before it; of two at the same place the first counts.
  const sorted = [...strong].sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
  let end = -1;
  return sorted.filter(({ range }) => {
    const isCovered = range.end <= end;
    end = Math.max(end, range.end);
    return !isCovered && !inPair(context, range);
  });
}

/** ARG and ENV are the matter of their own rules. */
function inPair(context: RuleContext, range: Range): boolean {
  const [instruction] = around(context.dockerfile.instructions, range);
  if (!instruction || !/^(?:ARG|ENV)$/.test(instruction.keyword)) return false;
  return instruction.pairs?.some(({ valueRange }) => valueRange && inside(range, valueRange)) === true;
}

function finding(context: RuleContext, literal: Literal): Finding {
  const { secret } = literal;
  const [instruction] = around(context.dockerfile.instructions, literal.range);
  const index = instruction ? indexOf(context.dockerfile, instruction) : -1;
  const base = { rule: literalSecret.id, level: 'error' as const, secret };
  if (!instruction || inComment(context, instruction, literal.range)) {
    return {
      ...base,
      message: `A comment holds the value of ${secret}.`,
      remedy: `Remove it. ${rotate}`,
      location: lineAt(context, literal.range.start),
      fix: {
        title: 'Take the value out of the comment.',
        changes: [{ kind: 'replace', range: literal.range, text: '***' }],
      },
    };
  }
  const message = `${instruction.keyword} holds the value of ${secret}.`;
  const location = at(context, index);
  const person = { ...base, message, location, needsPerson: true as const };
  const run = instruction.keyword === 'RUN' ? runOf(context.dockerfile, index) : undefined;
  const quoting = run && quotingAt(run, literal.range);
  if (!run || !quoting) return { ...person, remedy: `${advice(instruction)} ${rotate}` };
  const name = variableName(secret);
  if (writesConfig(run, literal.range)) {
    const readers = npmReaders(context, index);
    const title = `Write \${${name}} as text, and mount ${secret} on the RUNs that read the file.`;
    const remedy = `Write \${${name}} instead: the tool expands it where the secret is mounted. ${rotate}`;
    return {
      ...base,
      message,
      location,
      remedy,
      fix: { title, changes: changesFor(literal, asName(quoting, name), readers) },
    };
  }
  const kept = keptBy(context, run, literal.range, `the value of ${secret}`);
  const text = asVariable(quoting, name);
  if (kept) return { ...person, message: kept.message, remedy: `${kept.remedy} ${rotate}` };
  if (text === undefined) return { ...person, remedy: `${advice(instruction)} ${rotate}` };
  return {
    ...base,
    message,
    location,
    remedy: `Use a variable and mount ${secret} on ${linesOf(context, [index])}. ${rotate}`,
    fix: {
      title: `Replace the value by a variable, and mount ${secret}.`,
      changes: changesFor(literal, text, [index]),
    },
  };
}

function changesFor({ secret, range }: Literal, text: string, runs: readonly number[]): Change[] {
  return [{ kind: 'replace', range, text }, ...mountOn(runs, variableMount(secret, variableName(secret)))];
}

/** The secret's name as the name of a variable: `DATABASE_URL (password)` → `DATABASE_URL_password`. */
function variableName(secret: string): string {
  return secret
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=\d)/, '_')
    .replace(/_$/, '');
}

function advice(instruction: Instruction): string {
  switch (instruction.keyword) {
    case 'RUN':
      return 'Put the step into a script or shell form that reads the value from a variable.';
    case 'CMD':
    case 'ENTRYPOINT':
    case 'HEALTHCHECK':
      return 'Let the program read the value from its environment, and hand it over when the container starts.';
    case 'ADD':
    case 'FROM':
      return 'Fetch it in a RUN that reads the value from a variable.';
    default:
      return `Take the value out of ${instruction.keyword}: all who can pull the image can read it.`;
  }
}

/** Comment lines inside a continued instruction are no part of its text. */
function inComment(context: RuleContext, { heredocs }: Instruction, range: Range): boolean {
  const { source } = context.dockerfile;
  if (heredocs.some(({ bodyRange }) => inside(range, bodyRange))) return false;
  const start = source.lastIndexOf('\n', range.start - 1) + 1;
  return /^[\t ]*#/.test(source.slice(start, range.start));
}

function lineAt(context: RuleContext, offset: number): Finding['location'] {
  const line = lineOfOffset(context.dockerfile, offset);
  return { kind: 'dockerfile', path: context.path, line, endLine: line };
}
