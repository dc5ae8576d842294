import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { demandsOf } from '../../../../../src/secrets/fetch/demands.ts';
import { parseReference } from '../../../../../src/secrets/providers/vault/reference.ts';

/** What a project's reference needs of its user's trust, as a build asks for it. */
async function levelOf(from: string): Promise<string | undefined> {
  const at = { path: 'safebuild.yaml', line: 1 };
  const source = { name: 'TOKEN', from, by: 'project', rank: 0, folder: '/project', allowEmpty: false, at } as const;
  const [demand] = await demandsOf([source], new Map(), { folder: '/project', root: '/project', home: '/home/user' });
  return demand?.level;
}

test('a parameter that says where a token goes is never read where the question of trust did not see it', async () => {
  const piece = fc.constantFrom(
    '?',
    '#',
    '&',
    '=',
    '+',
    '/',
    '%23',
    '%3F',
    '?address=',
    '&address=',
    'namespace=n',
    'x',
    '1',
  );
  const rest = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('vault', 'ref+vault'), rest, async (scheme, text) => {
      const reference = `${scheme}://a/b${text}`;
      let overrides = {};
      try {
        ({ overrides } = parseReference(reference));
      } catch {
        return;
      }
      if (Object.keys(overrides).length > 0)
        expect([reference, await levelOf(reference)]).toEqual([reference, 'always']);
    }),
    { numRuns: 5_000, examples: [['vault', '#x?namespace=n#&address=https://evil.example.com']] },
  );
});
