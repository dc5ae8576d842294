import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { dockerfiles, planted } from './dockerfiles.ts';
import { mendOnce, touched } from './mended.ts';

/** More for a search by night: PROPERTY_RUNS=20000. */
const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) };

test('the instructions of a Dockerfile and what lies between them join to its source', () => {
  fc.assert(
    fc.property(dockerfiles, ({ source }) => {
      let joined = '';
      let at = 0;
      for (const { lineRange } of parseDockerfile(source).instructions) {
        joined += source.slice(at, lineRange.start) + source.slice(lineRange.start, lineRange.end);
        at = lineRange.end;
      }
      expect(joined + source.slice(at)).toBe(source);
    }),
    runs,
  );
});

test('what the rules write is a Dockerfile, and its untouched instructions are byte for byte as they were', () => {
  fc.assert(
    fc.property(dockerfiles, (generated) => {
      const mended = mendOnce(generated);
      const changed = touched(mended);
      const { instructions, source } = mended.before;
      parseDockerfile(mended.text);
      let at = 0;
      for (const [index, { range }] of instructions.entries()) {
        if (changed.has(index)) continue;
        const text = source.slice(range.start, range.end);
        const found = mended.text.indexOf(text, at);
        if (found === -1) throw new Error(`${text}\nis not in\n${mended.text}`);
        at = found + text.length;
      }
      if (mended.planned.changes.length === 0) expect(mended.text).toBe(source);
    }),
    runs,
  );
});

test('comments and blank lines outside of instructions stay, and so do the ends of lines', () => {
  fc.assert(
    fc.property(dockerfiles, (generated) => {
      const mended = mendOnce(generated);
      const outside = (text: string): string[] => {
        let rest = '';
        let at = 0;
        for (const { lineRange } of parseDockerfile(text).instructions) {
          rest += text.slice(at, lineRange.start);
          at = lineRange.end;
        }
        return (rest + text.slice(at)).split('\n').filter((line) => line.includes('#'));
      };
      const left = outside(mended.text);
      for (const comment of outside(generated.source)) expect(left).toContain(comment);
      const crlf = generated.source.includes('\r\n');
      if (crlf) expect(mended.text.replaceAll('\r\n', '')).not.toContain('\n');
      else expect(mended.text).not.toContain('\r');
    }),
    runs,
  );
});

/** One fix may uncover what another mends. */
const maxRounds = 5;

test('mending ends: what was mended is mended no further, and asks for nothing new', () => {
  fc.assert(
    fc.property(dockerfiles, (generated) => {
      let { source } = generated;
      let ignore: string[] = [];
      for (let round = 0; round < maxRounds; round++) {
        const { text, planned } = mendOnce({ ...generated, source }, ignore);
        const added = planned.ignore.filter((line) => !ignore.includes(line));
        if (text === source && added.length === 0) return;
        source = text;
        ignore = [...ignore, ...added];
      }
      throw new Error(`after ${maxRounds} rounds there is still something to mend in\n${source}`);
    }),
    runs,
  );
});

test('no finding and no fix shows a value', () => {
  fc.assert(
    fc.property(dockerfiles, (generated) => {
      const shown = JSON.stringify(mendOnce(generated).findings);
      for (const value of planted) expect(shown).not.toContain(value);
    }),
    runs,
  );
});
