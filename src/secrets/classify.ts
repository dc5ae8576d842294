import type { Kind, NameRule } from '../config/index.ts';
import { isKeyFingerprint } from './fingerprint.ts';
import { judgeName, type NameVerdict, wordsOf } from './names.ts';
import { looksRandom } from './randomness.ts';
import { isPlainWord, settingShape } from './setting-shapes.ts';
import { secretShape } from './value-shapes.ts';
import { isBuildkitArgument } from './well-known-names.ts';

/** Secret or setting, and why, in words for a person; never with the value in it. */
export interface Classification {
  kind: Kind;
  reason: string;
}

/**
 * Decides whether `value` under `name` is a secret.
 *
 * In this order: the project's own word (`rule`), forms that are a credential anywhere, what the name says, what the
 * value looks like. In doubt it is a secret: one too many costs a mount, one too few costs the secret.
 */
export function classify(name: string, value: string, rule?: NameRule): Classification {
  // What is fetched elsewhere is one also where an env file has another value of it.
  const fetched = rule?.from !== undefined || rule?.template !== undefined;
  if (fetched) return { kind: 'secret', reason: rule.reason ?? 'safebuild.yaml says where it is kept' };
  if (rule?.kind) return { kind: rule.kind, reason: rule.reason ?? `safebuild.yaml says that it is a ${rule.kind}` };
  const byName = judgeName(name);
  // BuildKit must get it as it is; that a proxy's password is searched for all the same, `judge` sees to.
  if (isBuildkitArgument(name)) return { kind: 'setting', reason: byName.reason };
  const shape = secretShape(value);
  if (shape && !isPublicKeyByDesign(byName, value)) {
    return {
      kind: 'secret',
      reason: byName.says === 'public' ? `${shape.reason}, although the name says public` : shape.reason,
    };
  }
  if (byName.says === 'public' || byName.says === 'setting') return { kind: 'setting', reason: byName.reason };
  if (value.trim() === '') {
    return byName.says === 'secret'
      ? { kind: 'secret', reason: byName.reason }
      : { kind: 'setting', reason: 'the value is empty and the name gives no hint' };
  }
  if (!byName.strong && isKeyFingerprint(name, value)) {
    return { kind: 'setting', reason: 'the value is the fingerprint of a public key' };
  }
  return byName.says === 'secret' ? classifySecretName(byName, value) : classifyByValue(name, value);
}

// Browsers hold Google's API keys: behind a public prefix they are meant to be seen.
function isPublicKeyByDesign(byName: NameVerdict, value: string): boolean {
  return byName.says === 'public' && value.startsWith('AIza');
}

function classifySecretName(byName: NameVerdict, value: string): Classification {
  const ordinary = settingShape(value);
  const overrules = ordinary && (!byName.strong || (ordinary.beatsStrongName && !looksRandom(value)));
  if (overrules) return { kind: 'setting', reason: ordinary.reason };
  // CACHE_KEY=v1, AUTH=basic, SORT_KEY=created_at: such a name needs a value that could be one.
  if (!byName.strong && isPlainWord(value)) return { kind: 'setting', reason: 'the value is a plain word' };
  return { kind: 'secret', reason: byName.reason };
}

function classifyByValue(name: string, value: string): Classification {
  const ordinary = settingShape(value);
  if (ordinary) return { kind: 'setting', reason: ordinary.reason };
  if (isIdentifierName(name)) return { kind: 'setting', reason: 'the name says that it is an identifier' };
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) {
    return {
      kind: 'secret',
      reason: 'the value is a UUID, as some providers issue for keys, and the name does not say what for',
    };
  }
  if (looksRandom(value))
    return { kind: 'secret', reason: 'the value looks random, and the name does not say what it is' };
  return { kind: 'setting', reason: 'neither name nor value looks like a secret' };
}

function isIdentifierName(name: string): boolean {
  return /^(?:id|ids|uuid|guid|sid)$/.test(wordsOf(name).at(-1) ?? '');
}
