/** The part of JSON Schema 2020-12 that `schema/report.schema.json` uses. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  oneOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  minimum?: number;
  maximum?: number;
  pattern?: string;
}

const known = new Set(
  '$ref $defs $schema title description type const enum oneOf required properties additionalProperties items minimum maximum pattern'.split(
    ' ',
  ),
);

/**
 * What is wrong with `value`, each with its JSON pointer; empty when it is valid.
 *
 * Stricter than the standard: a property that the schema does not name is wrong, so that the documentation is whole. Throws on a
 * keyword that it does not know, which would otherwise be taken for fulfilled.
 */
export function violations(root: Schema, value: unknown): string[] {
  return check(root, root, value, '');
}

function check(root: Schema, schema: Schema, value: unknown, at: string): string[] {
  for (const keyword of Object.keys(schema)) if (!known.has(keyword)) throw new Error(`unknown keyword ${keyword}`);
  if (schema.$ref !== undefined) return check(root, resolve(root, schema.$ref), value, at);
  if (schema.oneOf !== undefined) return checkOptions(root, schema.oneOf, value, at);
  if ('const' in schema && value !== schema.const) return [`${at}: is not ${String(schema.const)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${at}: is none of ${schema.enum.join(', ')}`];
  if (schema.type !== undefined && !hasType(value, schema.type)) return [`${at}: is no ${schema.type}`];
  return isOut(schema, value) ? [`${at}: is out of its range or form`] : checkParts(root, schema, value, at);
}

function checkOptions(root: Schema, options: readonly Schema[], value: unknown, at: string): string[] {
  const tried = options.map((option) => check(root, option, value, at));
  if (tried.filter((wrong) => wrong.length === 0).length === 1) return [];
  return [`${at}: not exactly one of`, ...(tried.sort((a, b) => a.length - b.length)[0] ?? [])];
}

function isOut({ minimum = -Infinity, maximum = Infinity, pattern = '' }: Schema, value: unknown): boolean {
  if (typeof value === 'number') return value < minimum || value > maximum;
  return typeof value === 'string' && !new RegExp(pattern, 'u').test(value);
}

function checkParts(root: Schema, schema: Schema, value: unknown, at: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => check(root, schema.items ?? {}, item, `${at}/${index}`));
  }
  return typeof value === 'object' && value !== null ? checkObject(root, schema, value, at) : [];
}

function checkObject(root: Schema, schema: Schema, value: object, at: string): string[] {
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}/${name}: is missing`);
  const wrong = Object.entries(value).flatMap(([name, item]) => {
    const property = schema.properties?.[name] ?? schema.additionalProperties;
    return property === undefined ? [`${at}/${name}: is not documented`] : check(root, property, item, `${at}/${name}`);
  });
  return [...missing, ...wrong];
}

function resolve(root: Schema, ref: string): Schema {
  const found = root.$defs?.[ref.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`no ${ref}`);
  return found;
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type && value !== null && !Array.isArray(value);
}
