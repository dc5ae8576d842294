import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesGlob } from '../../../src/build/glob.ts';

/** The same by a regular expression: slow for many stars, and plain to read. */
function reference(glob: string): RegExp {
  const steps = glob.split('/').map((step, index, all) => {
    if (step === '**') return index === all.length - 1 ? '[^/]*(?:/[^/]*)*' : '(?:[^/]*/)*';
    const name = step.replace(/[*?]/g, (star) => (star === '*' ? '[^/]*' : '[^/]'));
    return index === all.length - 1 ? name : `${name}/`;
  });
  return new RegExp(`^${steps.join('')}$`, 'su');
}

const globs = fc.array(fc.constantFrom('**', '*', '?', 'a', 'b', 'a*', '*b', 'a*b', '*a*', '?b*'), {
  minLength: 1,
  maxLength: 5,
});
const paths = fc.array(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 5 });

test('a glob means what its regular expression does', () => {
  fc.assert(
    fc.property(globs, paths, (steps, names) => {
      const [glob, path] = [steps.join('/'), names.join('/')];
      expect(matchesGlob(glob, path)).toBe(reference(glob).test(path));
    }),
    { numRuns: 5000 },
  );
});

test('a star takes any character, also one of two code units', () => {
  expect(matchesGlob('a?c', 'a😀c')).toBe(true);
  expect(matchesGlob('*.p?m', 'key.pem')).toBe(true);
  expect(matchesGlob('a.c', 'abc')).toBe(false);
});
