import type { NameRule } from '../../config/index.ts';
import type { Edit } from '../../finding.ts';
import { unifiedDiff } from '../../report/diff.ts';
import { credentialsInText } from '../../secrets/index.ts';
import { edited, maskEdits } from '../mask.ts';
import type { CheckedFile, Found } from '../result.ts';
import type { YamlFile } from '../yaml/document.ts';
import { composeSecretMount } from './bind-mounts.ts';
import { composeBuildArg } from './build-args.ts';
import { composeEdits } from './edits.ts';
import { composeEnvironment } from './environment.ts';
import { type ComposeFound, type ComposeRule, servicesOf } from './service.ts';

/** Every rule for compose files; a new one is a file and a line here. */
export const composeRules: readonly ComposeRule[] = [composeEnvironment, composeBuildArg, composeSecretMount];

/** Checks a compose file: https://github.com/compose-spec/compose-spec. With `diff` also what would mend it. */
export function checkCompose(
  file: YamlFile,
  { rules, diff }: { rules: ReadonlyMap<string, NameRule>; diff: boolean },
): CheckedFile {
  const all = servicesOf(file).flatMap((service) => composeRules.flatMap((rule) => rule.check(file, service, rules)));
  const found = withoutClashes(onePerPlace(all)).map((one) => withFix(file, one));
  return { path: file.path, kind: 'compose', found: found.map(asFound), diffs: diff ? diffsOf(file, found) : [] };
}

/** Services can share what they have by an anchor: one finding then, which mends all of them. */
function onePerPlace(all: readonly ComposeFound[]): ComposeFound[] {
  const places = new Map<string, ComposeFound>();
  for (const one of all) {
    const place = JSON.stringify([one.finding.rule, one.finding.secret, one.value, one.finding.location]);
    const first = places.get(place);
    const intents = [...(first?.intents ?? []), ...(one.intents ?? [])];
    places.set(place, { ...(first ?? one), intents });
  }
  return [...places.values()];
}

/** Two values under one name cannot both come from the variable of that name: only the first is mended. */
function withoutClashes(found: readonly ComposeFound[]): ComposeFound[] {
  const claims = new Map<string, string>();
  return found.map((one) => {
    const { name, of } = one.claim;
    if (!claims.has(name)) claims.set(name, of);
    return claims.get(name) === of ? one : { ...one, intents: [] };
  });
}

function withFix(file: YamlFile, found: ComposeFound): ComposeFound {
  const edits = composeEdits(file, found.intents ?? []);
  if (edits === undefined || edits.length === 0) return { ...found, intents: [] };
  const changes = edits.map(({ range, text }) => ({ kind: 'replace' as const, range, text }));
  return { ...found, finding: { ...found.finding, fix: { title: titleOf(found), changes } } };
}

function titleOf({ intents = [], finding: { secret = 'it' } }: ComposeFound): string {
  const declared = intents.find((intent) => intent.kind === 'declare');
  if (declared === undefined) return `Take ${secret} from the environment or .env.`;
  return `Declare ${declared.secret} under secrets:, and use it from there.`;
}

function asFound({ finding, anchor }: Found): Found {
  return { finding, anchor };
}

function diffsOf(file: YamlFile, found: readonly ComposeFound[]): string[] {
  const edits = composeEdits(
    file,
    found.flatMap(({ intents = [] }) => intents),
  );
  if (edits === undefined) return [];
  const values = [
    ...found.flatMap(({ value }) => value ?? []),
    ...credentialsInText(file.source).map(({ range }) => range),
  ];
  const masks = maskEdits(values);
  const kept = masks.filter((mask) => !edits.some((edit) => overlap(edit, mask)));
  const after = edited(file.source, [...edits, ...kept]);
  const diff = unifiedDiff({
    path: file.path,
    before: edited(file.source, masks),
    after: edited(after, maskEdits(credentialsInText(after).map(({ range }) => range))),
  });
  return diff === '' ? [] : [diff];
}

function overlap(a: Edit, b: Edit): boolean {
  return a.range.start < b.range.end && b.range.start < a.range.end;
}
