import type { NameRule } from './config.ts';
import type { ConfigFile, UserConfigFile } from './schema.ts';

type Written = NonNullable<ConfigFile['secrets']>[string] | NonNullable<UserConfigFile['secrets']>[string];

/** What one entry of `secrets:` says; a lone word is its kind, or its reference. */
export function toNameRule(rule: Written): NameRule {
  if (typeof rule === 'string') return rule === 'secret' || rule === 'setting' ? { kind: rule } : { from: rule };
  const { kind, needed, reason } = { kind: undefined, needed: undefined, reason: undefined, ...rule };
  const { exec, template, 'allow-empty': allowEmpty } = rule;
  const from = exec === undefined ? rule.from : `exec:${JSON.stringify(exec)}`;
  return {
    ...(kind && { kind }),
    ...(needed && { needed }),
    ...(reason !== undefined && { reason }),
    ...(from !== undefined && { from }),
    ...(template !== undefined && { template }),
    ...(allowEmpty !== undefined && { allowEmpty }),
  };
}
