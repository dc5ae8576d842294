import { stringAt, valueAt } from '../client/json.ts';
import type { OnePasswordReference } from './reference.ts';

/** Those of a list whose id or name is the wanted one; ids come first, since a name may look like one. */
export function matching(list: unknown, wanted: string, nameKey: string): unknown[] {
  const all = Array.isArray(list) ? list : [];
  const byId = all.filter((one) => stringAt(one, 'id') === wanted);
  return byId.length > 0 ? byId : all.filter((one) => same(stringAt(one, nameKey), wanted));
}

/** The fields of an item that a reference means. */
export function fieldIn(item: unknown, { section, field }: OnePasswordReference): unknown[] {
  return meant(item, 'fields', section, (those) => matching(those, field, 'label'));
}

/** The attached files of an item that a reference means. */
export function fileIn(item: unknown, { section, field }: OnePasswordReference): unknown[] {
  return meant(item, 'files', section, (those) => matching(those, field, 'name'));
}

/** Where no section is named: of those in none, and only where there is no such one, of all. */
function meant(
  item: unknown,
  key: 'fields' | 'files',
  section: string | undefined,
  pick: (those: unknown[]) => unknown[],
): unknown[] {
  const list = valueAt(item, key);
  const all: unknown[] = Array.isArray(list) ? list : [];
  if (section !== undefined) {
    const ids = matching(valueAt(item, 'sections'), section, 'label').map((one) => stringAt(one, 'id'));
    return pick(all.filter((one) => ids.includes(stringAt(one, 'section', 'id'))));
  }
  const outside = pick(all.filter((one) => valueAt(one, 'section') === undefined));
  return outside.length > 0 ? outside : pick(all);
}

// https://developer.1password.com/docs/cli/secret-reference-syntax: references are case-insensitive
function same(name: string | undefined, wanted: string): boolean {
  return name?.toLowerCase() === wanted.toLowerCase();
}
