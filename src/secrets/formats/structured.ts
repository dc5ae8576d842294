import { createRequire } from 'node:module';
import { jsonLeaves } from '../value-shapes.ts';
import { type Found, isCredential } from './found.ts';

/** Credentials among the strings of a JSON text; comments and a trailing comma make it unreadable, as for most tools. */
export function readJson(text: string): Found[] {
  return jsonLeaves(text).flatMap(({ name, path, value }) =>
    isCredential(name, value) ? [{ name: path.slice(1), value }] : [],
  );
}

// Not imported: yaml is 80 modules, and most projects have nothing for it to read.
const yaml = (): typeof import('yaml') => createRequire(import.meta.url)('yaml');

/** Credentials among the strings of a YAML text. */
export function readYaml(text: string): Found[] {
  const { parseDocument } = yaml();
  try {
    // To look for keys that occur twice takes quadratic time.
    const options = { logLevel: 'silent', prettyErrors: false, schema: 'failsafe', uniqueKeys: false } as const;
    const document = parseDocument(text, options);
    return readJson(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null));
  } catch {
    // Aliases beyond the bound, or nested too deep: the search of free text still runs.
    return [];
  }
}

const element = /<([A-Za-z][\w.-]*)(?:\s[^<>]*)?>([^<>]+)<\/\1>/g;
const keyValue = /<add\s+key\s*=\s*["']([^"']*)["']\s+value\s*=\s*["']([^"']*)["']/gi;
// `key` and `value` are the words of `<add>`, no names.
const attribute = /\s(?!key\b|value\b)([A-Za-z][\w.-]*)\s*=\s*["']([^"']+)["']/g;

/** Credentials in elements (Maven), `<add key value>` (NuGet; its API keys stand under the feed's URL) and attributes. */
export function readXml(text: string): Found[] {
  const found = [element, keyValue, attribute].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ name: match[1] ?? '', value: match[2] ?? '' })),
  );
  const apiKeys = /<apikeys>([\s\S]*?)<\/apikeys>/i.exec(text)?.[1] ?? '';
  const underUrl = [...apiKeys.matchAll(keyValue)].map((match) => ({ name: 'apikey', value: match[2] ?? '' }));
  return [...found.filter(({ name, value }) => isCredential(name, value)), ...underUrl].flatMap(({ name, value }) => {
    const decoded = unescapeXml(value);
    return [{ name, value: decoded }, ...(decoded === value ? [] : [{ name: `${name} as written`, value }])];
  });
}

function unescapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:(lt|gt|quot|apos|amp)|#(\d{1,6})|#x([0-9a-fA-F]{1,5}));/g, (all, name, decimal, hex) => {
    if (name !== undefined) return named[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
