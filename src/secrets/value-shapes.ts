import { judgeName } from './names.ts';
import { privateKeysIn } from './pem.ts';
import { isPlaceholder } from './placeholder.ts';
import { settingShape } from './setting-shapes.ts';
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
  if (!pair) return undefined;
  return secret(
    /^[a-z][a-z0-9+.-]*:/i.test(value)
      ? 'the value is a URL with a credential among its parameters'
      : 'the value is the query of a URL with a credential in it',
  );
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

function secret(reason: string): ShapeVerdict {
  return { says: 'secret', reason };
}
