import { judgeName } from './names.ts';
import { privateKeysIn } from './pem.ts';
import { isPlaceholder, isReference } from './placeholder.ts';
import { tokenShapeOf } from './token-shapes.ts';
import { queryPairs, urlCredentials } from './url.ts';

/** What the form of a value says, in words for a person. */
export interface ShapeVerdict {
  says: 'secret' | 'setting';
  reason: string;
}

/** Forms that hold a credential whatever the name says. */
export function secretShape(value: string): ShapeVerdict | undefined {
  if (privateKeysIn(value).length > 0) return secret('the value is a private key');
  const token = tokenShapeOf(value.trim());
  if (token) return secret(`the value has the form of ${token.title}`);
  if (/^(?:Bearer|Basic|Token)\s+[\w.~+/=-]{8,}$/i.test(value)) return secret('the value is an authorization header');
  return urlShape(value) ?? connectionShape(value) ?? jsonShape(value);
}

function urlShape(value: string): ShapeVerdict | undefined {
  const found = urlCredentials(value);
  const usable = (part: string | undefined): boolean => part !== undefined && !isPlaceholder(part);
  if (found && usable(found.password)) return secret('the value is a URL with a password in it');
  if (found && found.password === undefined && found.user.length >= 16 && usable(found.user)) {
    return secret('the value is a URL with a token in it');
  }
  const pair = queryPairs(value).find((candidate) => isSecretPair(candidate.name, candidate.value));
  return pair ? secret('the value is a URL with a credential among its parameters') : undefined;
}

function connectionShape(value: string): ShapeVerdict | undefined {
  const pair = connectionPairs(value).find((candidate) => isSecretPair(candidate.name, candidate.value));
  return pair ? secret('the value is a connection string with a password in it') : undefined;
}

/** The pairs of `Server=db;Password=…;`; empty for a text that is no connection string. */
export function connectionPairs(value: string): { name: string; value: string }[] {
  if (!/^\s*[A-Za-z][\w ]*=[^;]*;/.test(value)) return [];
  return value.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 ? [{ name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim() }] : [];
  });
}

function jsonShape(value: string): ShapeVerdict | undefined {
  if (!/^\s*[{[]/.test(value)) return undefined;
  const leaf = jsonLeaves(value).find((candidate) => isSecretPair(candidate.name, candidate.value));
  return leaf ? secret('the value is JSON with a credential in it') : undefined;
}

/** The strings in a JSON text with the key they stand under; empty when it is no JSON. */
export function jsonLeaves(text: string): { name: string; path: string; value: string }[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const leaves: { name: string; path: string; value: string }[] = [];
  const stack: { node: unknown; name: string; path: string }[] = [{ node: parsed, name: '', path: '' }];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (typeof at.node === 'string') leaves.push({ name: at.name, path: at.path, value: at.node });
    if (typeof at.node !== 'object' || at.node === null) continue;
    for (const [key, node] of Object.entries(at.node).reverse()) {
      const name = Array.isArray(at.node) ? at.name : key;
      stack.push({ node, name, path: `${at.path}/${key}` });
    }
  }
  return leaves;
}

/** Whether a pair inside a structured value is a credential: by a strong name, or by a form that is one anywhere. */
export function isSecretPair(name: string, value: string): boolean {
  if (isPlaceholder(value) || settingShape(value)?.certain) return false;
  if (tokenShapeOf(value) || privateKeysIn(value).length > 0) return true;
  const verdict = judgeName(name);
  if (verdict.says === 'secret' && verdict.strong === true) return true;
  return /^(?:auth|_auth|sig|key)$/i.test(name) && settingShape(value) === undefined;
}

/** Forms of ordinary settings. `certain`: no password looks like this. */
const settingShapes: readonly { pattern: RegExp; reason: string; certain: boolean }[] = [
  {
    pattern: /^(?:true|false|yes|no|on|off|none|null|enabled?|disabled?)$/i,
    reason: 'the value is a switch',
    certain: true,
  },
  { pattern: /^[+-]?\d{1,5}(?:\.\d+)?(?:ms|s|m|h|d|k|kb|mb|gb|%)?$/i, reason: 'the value is a number', certain: false },
  { pattern: /^[+-]?\d+(?:\.\d+)?$/, reason: 'the value is a number', certain: false },
  { pattern: /^[v^~]?\d+\.\d+(?:\.\d+)*(?:[-+][a-z0-9.]{1,16})?$/i, reason: 'the value is a version', certain: true },
  { pattern: /^\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/, reason: 'the value is a date', certain: false },
  { pattern: /^(?:\d{1,3}\.){3}\d{1,3}(?::\d+|\/\d+)?$/, reason: 'the value is a network address', certain: true },
  { pattern: /^[^\s@:/]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i, reason: 'the value is an e-mail address', certain: false },
  { pattern: /^(?:[a-z0-9-]{1,30}\.){1,6}[a-z]{2,12}(?::\d+)?$/i, reason: 'the value is a host name', certain: false },
  { pattern: /^[a-z][a-z0-9-]{0,40}:\d{2,5}$/i, reason: 'the value is a host and port', certain: false },
  {
    pattern:
      /^(?:~|\.{1,2})?(?:\/[\w.@-]{1,40}){2,}\/?$|^\/[a-z]{1,16}\/?$|^(?:\.{0,2}\/)?[\w-]{1,40}\.(?:json|ya?ml|toml|txt|xml|env|pem|key|crt|conf|cfg|ini|properties)$|^\.{1,2}$/,
    reason: 'the value is a path',
    certain: false,
  },
  { pattern: /^[A-Za-z]:\\[^\s]*$/, reason: 'the value is a path', certain: true },
  { pattern: /^[a-z]{2}[-_][A-Z]{2}(?:\.UTF-?8)?$/i, reason: 'the value is a locale', certain: true },
  { pattern: /^arn:aws[\w-]*:/, reason: 'the value is an ARN, which only names a resource', certain: true },
  {
    pattern: /^(?:[\w./:-]+@)?(?:sha256|sha512|sha1):[0-9a-f]{32,}$|^sha(?:256|384|512)-[A-Za-z0-9+/=]{40,}$/,
    reason: 'the value is a checksum',
    certain: true,
  },
  {
    pattern: /^(?:(?:0x)?(?:[0-9A-F]{16}|[0-9A-F]{32}|[0-9A-F]{40})(?:\s+|$))+$/,
    reason: 'the value has the form of a key fingerprint',
    certain: false,
  },
  { pattern: /^[a-z][a-z0-9+.-]*:\/\/\S+$/i, reason: 'the value is a URL without a credential', certain: false },
]; // a URL comes last: those with a credential are told before

/** The ordinary form that a value has, if any. */
export function settingShape(value: string): { reason: string; certain: boolean } | undefined {
  if (isReference(value)) return { reason: 'the value only refers to another variable', certain: true };
  return settingShapes.find(({ pattern }) => pattern.test(value));
}

function secret(reason: string): ShapeVerdict {
  return { says: 'secret', reason };
}
