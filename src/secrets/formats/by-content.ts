import { isKeyFingerprint } from '../fingerprint.ts';
import { judgeName } from '../names.ts';
import { privateKeysIn } from '../pem.ts';
import { isPlaceholder } from '../placeholder.ts';
import { looksRandom } from '../randomness.ts';
import { isPlainWord, settingShape } from '../setting-shapes.ts';
import { readAssignments } from '../sources/assignments.ts';
import { connectionPairs, isSecretPair, secretShape } from '../value-shapes.ts';
import type { Found } from './found.ts';
import { readIni, readNetrc, readNpmrc, readProperties, readToml } from './key-value.ts';
import { readFreeText, readPasswordFields } from './plain.ts';
import { readJson, readXml, readYaml } from './structured.ts';

/**
 * The credentials in a text of unknown format: what stands behind `--secret id=npmrc,src=…` or in a variable.
 *
 * The readers of credential files are tried by what the text looks like. Nobody's file name says that there are secrets in
 * it, so a pair must look more like a credential than in a file that a tool keeps them in. Names are fit to be shown: no
 * piece of what may itself be a password.
 */
export function readByContent(text: string): Found[] {
  const parsed = parsedBy(text);
  const found = parsed ?? inFreeForm(text);
  // What looks like a name in one line of no format may be the first half of a password.
  const inDoubt = parsed === undefined && !/[\r\n]/.test(text.trim());
  const insideValues = new Set(found.flatMap(({ value }) => value.split(/[\s=:"']+/)));
  const byValue = new Map<string, Found>();
  for (const { name, value } of found) {
    const shown = isShowable(name, inDoubt) && !insideValues.has(name);
    if (!byValue.has(value)) byValue.set(value, { name: shown ? name : 'value', value });
  }
  return [...byValue.values()];
}

function isShowable(name: string, inDoubt: boolean): boolean {
  if (!/^[\w.:/ -]{1,160}$/.test(name) || looksRandom(name)) return false;
  return (
    !inDoubt || /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^\/\/[\w.:/-]+:_(?:authToken|auth|password)$|^[a-z ]+$/.test(name)
  );
}

/** By the reader of a format that is told by its syntax; undefined where there is none. */
function parsedBy(text: string): Found[] | undefined {
  if (/^\s*[{[]/.test(text) && isJson(text)) return readJson(text).filter(isPart);
  if (/<\/[A-Za-z]|<add\s/.test(text)) return [...readXml(text).filter(isPart), ...readFreeText(text)];
  const netrc = /^[ \t]*(?:machine|default)(?:\s|$)/m.test(text) && /\spassword\s/.test(text);
  return netrc ? [...readNetrc(text), ...readFreeText(text)] : undefined;
}

function inFreeForm(text: string): Found[] {
  const free = readFreeText(text);
  // These have splitters of their own, and their `=` gives no name to what is behind it.
  if (/^\s*[a-z][a-z0-9+.-]*:\/\/\S+\s*$/i.test(text) || connectionPairs(text).length > 0) return free;
  // The lines of a key are neither names nor values.
  const rest = privateKeysIn(text).reduce((left, key) => left.replace(key.text, ''), text);
  return [...pairsIn(rest), ...readPasswordFields(rest), ...free, ...tokenLines(rest)];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function pairsIn(text: string): Found[] {
  const rows = [...readNpmrc(text), ...readIni(text), ...readProperties(text)].flatMap(asRow);
  const yaml = /^[ \t-]*["']?:?[\w./-]+["']?:(?:[ \t]|$)/m.test(text) ? readYaml(text) : [];
  // In quotes, over several lines: only the reader of env files knows these.
  const quoted = /[=:][ \t]*["'`]/.test(text) ? withoutGaps(text) : '';
  const blocks = readAssignments(quoted).assignments.filter(({ value }) => value.includes('\n'));
  return [...rows, ...readToml(text), ...yaml, ...blocks].filter(isPart);
}

/** dotenv's pattern takes cubic time over blank lines. */
function withoutGaps(text: string): string {
  const lines = text.split(/\r?\n/);
  return lines.filter((line, index) => line.trim() !== '' || lines[index - 1]?.trim() !== '').join('\n');
}

/** A row as its tool reads it; none where the separator stands inside a value, as in `password: abc=`. */
function asRow({ name, value }: Found): Found[] {
  const key = name.replace(/^(?:export|-)\s+/, '').replace(/^(["'])(.*)\1$/, '$2');
  if (!/^(?:\/\/[\w.:/@-]+:)?[\w.@-]+$/.test(key) || /^[{[|>]/.test(value)) return [];
  const quoted = /^(["'])(.*?)\1\s*(?:[#;,].*)?$/.exec(value)?.[2];
  return [{ name: key, value: quoted ?? value.replace(/\s[#;].*$/, '').trimEnd() }];
}

function isPart({ name, value }: Found): boolean {
  if (value.trim() === '' || isPlaceholder(value)) return false;
  if (secretShape(value) !== undefined) return true;
  // Of a path in JSON or YAML only the key counts: what stands under `secrets` may be any setting.
  const key = name.split('/').findLast((segment) => segment !== '' && !/^\d+$/.test(segment)) ?? '';
  const ordinary = settingShape(value);
  if (ordinary?.beatsStrongName && !looksRandom(value)) return false;
  const { says, strong } = judgeName(key);
  if (says === 'secret' && strong) return isSecretPair(key, value);
  if (isPlainWord(value) || isKeyFingerprint(key, value)) return false;
  return isSecretPair(key, value) || (says === 'secret' && ordinary === undefined);
}

/** A list of tokens, one a line. Longer ones are the lines of something encoded. */
function tokenLines(text: string): Found[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (lines.length === 1 || lines.length > 16 || text.includes('-----BEGIN ')) return [];
  return lines
    .filter((line) => /^[^\s=:]+=*$/.test(line) && (looksRandom(line) || secretShape(line) !== undefined))
    .map((value) => ({ name: 'value', value }));
}
