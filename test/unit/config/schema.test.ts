import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { configSchema } from '../../../src/config/schema.ts';

const path = fileURLToPath(new URL('../../../schema/config.schema.json', import.meta.url));

// UPDATE_SCHEMA=1 npm run jest -- test/unit/config/schema writes the file anew.
test('schema/config.schema.json is what safebuild accepts', async () => {
  const schema = { title: 'safebuild.yaml', ...z.toJSONSchema(configSchema, { io: 'input' }) };
  if (process.env.UPDATE_SCHEMA === '1') await writeFile(path, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(schema);
});

test('every key of the schema is described', () => {
  const undescribed: string[] = [];
  const visit = (node: unknown, at: string): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, property] of Object.entries('properties' in node && node.properties ? node.properties : {})) {
      if (typeof property === 'object' && property !== null && !('description' in property))
        undescribed.push(`${at}/${name}`);
    }
    for (const [key, child] of Object.entries(node)) visit(child, `${at}/${key}`);
  };
  visit(z.toJSONSchema(configSchema, { io: 'input' }), '');
  expect(undescribed).toEqual([]);
});
