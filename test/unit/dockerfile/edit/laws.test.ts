import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyChanges, type Dockerfile, type Instruction, parseDockerfile } from '../../../../src/dockerfile/index.ts';
import type { Change } from '../../../../src/finding.ts';
import { valid } from '../corpus.ts';

const modes = [
  { secretEnv: true, keepLines: true },
  { secretEnv: true, keepLines: false },
  { secretEnv: false, keepLines: true },
  { secretEnv: false, keepLines: false },
];

test.each(Object.entries(valid))('no changes give the source: %s', (_name, source) => {
  for (const mode of modes)
    expect(applyChanges(parseDockerfile(source), [], mode)).toEqual({ text: source, problems: [] });
});

/** Any set of changes of a file of the corpus. */
const edited = fc.constantFrom(...Object.values(valid)).chain((source) => {
  const dockerfile = parseDockerfile(source);
  const instruction = fc.nat(dockerfile.instructions.length - 1);
  const mount = fc.record({
    id: fc.constantFrom('TOKEN', 'KEY', 'odd id'),
    secret: fc.constant('TOKEN'),
    env: fc.constantFrom('TOKEN', 'KEY'),
  });
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ kind: fc.constant('remove-instruction' as const), instruction }),
    fc.record({ kind: fc.constant('remove-pair' as const), instruction, pair: fc.nat(4) }),
    fc.record({ kind: fc.constant('mount' as const), instruction, mount }),
  );
  return fc.record({
    dockerfile: fc.constant(dockerfile),
    changes: fc.array(change, { minLength: 1, maxLength: 6 }),
    mode: fc.constantFrom(...modes),
  });
});

function isGone(dockerfile: Dockerfile, changes: readonly Change[], index: number): boolean {
  const instruction = dockerfile.instructions[index]!;
  const pairs = (instruction.onbuild ?? instruction).pairs?.length ?? 0;
  const removed = new Set(
    changes.flatMap((change) => (change.kind === 'remove-pair' && change.instruction === index ? [change.pair] : [])),
  );
  const all = pairs > 0 && Array.from({ length: pairs }, (_, pair) => pair).every((pair) => removed.has(pair));
  const whole = changes.some(
    ({ kind, ...rest }) => kind === 'remove-instruction' && 'instruction' in rest && rest.instruction === index,
  );
  return instruction.keyword !== 'FROM' && (all || whole);
}

function shape(instruction: Instruction) {
  const inner = instruction.onbuild ?? instruction;
  return [instruction.keyword, inner.keyword];
}

test('the result is a Dockerfile of exactly the instructions that remain, untouched ones byte for byte', () => {
  fc.assert(
    fc.property(edited, ({ dockerfile, changes, mode }) => {
      const { text } = applyChanges(dockerfile, changes, mode);
      const result = parseDockerfile(text);
      const remaining = dockerfile.instructions.filter((_, index) => !isGone(dockerfile, changes, index));
      expect(result.instructions.map(shape)).toEqual(remaining.map(shape));
      expect(result.directives.map(({ name, value }) => [name, value])).toEqual(
        dockerfile.directives.map(({ name, value }) => [name, value]),
      );
      for (const [place, before] of remaining.entries()) {
        const after = result.instructions[place]!;
        const touched = changes.some(
          (change) => 'instruction' in change && dockerfile.instructions[change.instruction] === before,
        );
        if (!touched) {
          expect(text.slice(after.range.start, after.range.end)).toBe(
            dockerfile.source.slice(before.range.start, before.range.end),
          );
        }
        if (mode.keepLines) expect(after.line).toBe(before.line);
      }
    }),
    { numRuns: 400 },
  );
});

test('the pairs that remain are as they were', () => {
  fc.assert(
    fc.property(edited, ({ dockerfile, changes, mode }) => {
      const removals = changes.filter((change) => change.kind === 'remove-pair');
      const { text } = applyChanges(dockerfile, removals, mode);
      const pairs = (all: readonly Instruction[]) =>
        all.map((one) => ((one.onbuild ?? one).pairs ?? []).map(({ name, raw, value }) => ({ name, raw, value })));
      const expected = pairs(dockerfile.instructions)
        .map((list, index) =>
          list.filter((_, pair) => !removals.some((one) => one.instruction === index && one.pair === pair)),
        )
        .filter((list, index) => list.length > 0 || pairs(dockerfile.instructions)[index]!.length === 0);
      expect(pairs(parseDockerfile(text).instructions)).toEqual(expected);
    }),
    { numRuns: 250 },
  );
});

test('secrets that are mounted once are not mounted again', () => {
  fc.assert(
    fc.property(edited, ({ dockerfile, changes, mode }) => {
      const mounts = changes.filter((change) => change.kind === 'mount');
      const once = applyChanges(dockerfile, mounts, mode);
      expect(applyChanges(parseDockerfile(once.text), mounts, mode).text).toBe(once.text);
    }),
    { numRuns: 400 },
  );
});
