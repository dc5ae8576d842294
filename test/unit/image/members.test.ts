import { expect, test } from '@jest/globals';
import { isVisible, MemberPaths } from '../../../src/image/members.ts';

/** A layer; a path that ends in `/` is a folder, `a -> b` a hard link. */
function layer(...paths: string[]): MemberPaths {
  const members = new MemberPaths();
  for (const path of paths) {
    const [name, link] = path.split(' -> ');
    members.add(name!, link !== undefined ? '1' : path.endsWith('/') ? '5' : '0', link);
  }
  return members;
}

const own = layer('app/', 'app/conf/', 'app/conf/key');

test.each([
  ['nothing', layer('other'), true],
  ['its folder again', layer('app/', 'app/conf/', 'app/conf/other'), true],
  ['the file again', layer('./app/conf/key'), false],
  ['a whiteout of the file', layer('app/conf/.wh.key'), false],
  ['a whiteout of a folder above it', layer('app/.wh.conf'), false],
  ['an opaque folder above it', layer('app/.wh..wh..opq'), false],
  ['an opaque root', layer('.wh..wh..opq'), false],
  ['a file in place of its folder', layer('app'), false],
  ['a folder in place of the file', layer('app/conf/key/'), false],
  ['a whiteout of another name', layer('app/conf/.wh.key2', 'app/.wh.con'), true],
  ['an opaque neighbour', layer('app/other/.wh..wh..opq'), true],
])('a later layer with %s', (_, later, visible) => {
  expect(isVisible('app/conf/key', own, [later])).toBe(visible);
  expect(isVisible('./app/conf/key', own, [layer(), later, layer()])).toBe(visible);
});

test('the whiteout itself is not visible', () => {
  expect(isVisible('app/.wh.key', layer('app/.wh.key'), [])).toBe(false);
});

test('what cannot be known is not said', () => {
  expect(isVisible('app/conf/key', own, [undefined])).toBeUndefined();
  const linked = layer('app/conf/key', 'copy -> app/conf/key');
  expect(isVisible('app/conf/key', linked, [layer('app/conf/.wh.key')])).toBeUndefined();
});
