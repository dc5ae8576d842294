import { describe, expect, test } from '@jest/globals';
import { applyChanges, parseDockerfile } from '../../../src/dockerfile/index.ts';
import type { Finding, SecretMount } from '../../../src/finding.ts';
import { plan, runRules } from '../../../src/rules/index.ts';
import { contextOf, fixtures } from './case.ts';

describe.each(fixtures())('$name', ({ dockerfile, expected, case: given }) => {
  const asked = { advice: given.advice ?? false };
  const findings = runRules(contextOf(dockerfile, given), asked);
  const planned = plan(findings);
  const options = { secretEnv: true, keepLines: false };

  test(`finds what is there: ${given.about}`, () => {
    expect(findings.map(shortly)).toEqual(given.expect.findings);
    for (const text of given.expect.remedies ?? []) {
      expect(findings.map(({ remedy }) => remedy ?? '').join('\n')).toContain(text);
    }
  });

  test('plans exactly the mounts, ignore lines and build arguments', () => {
    expect(planned.uses.map(mount).sort()).toEqual((given.expect.uses ?? []).sort());
    expect(planned.ignore).toEqual(given.expect.ignore ?? []);
    expect(planned.dropBuildArgs).toEqual(given.expect.dropBuildArgs ?? []);
  });

  test('rewrites to the expected text', () => {
    const { text, problems } = applyChanges(parseDockerfile(dockerfile), planned.changes, options);
    expect(problems).toEqual([]);
    expect(text).toBe(expected);
  });

  test('keeps the line numbers of what stays', () => {
    const { text, problems } = applyChanges(parseDockerfile(dockerfile), planned.changes, {
      ...options,
      keepLines: true,
    });
    expect(problems).toEqual([]);
    expect(text.split('\n').length).toBe(dockerfile.split('\n').length + (given.expect.addsLines ?? 0));
  });

  test('finds nothing more to fix in what it wrote', () => {
    const left = {
      ...given,
      buildArgs: (given.buildArgs ?? []).filter((name) => !planned.dropBuildArgs.includes(name)),
    };
    const again = runRules(contextOf(expected, left, planned.ignore), asked);
    expect(again.filter(({ fix }) => fix !== undefined).map(shortly)).toEqual([]);
    expect(again.filter(({ needsPerson }) => needsPerson).length).toBe(planned.needsPerson.length);
  });

  test('shows no value', () => {
    const shown = JSON.stringify(findings);
    for (const fields of Object.values(given.secrets ?? {})) {
      if (fields?.value !== undefined) expect(shown).not.toContain(fields.value.slice(0, 12));
    }
  });
});

function shortly({ rule, location, level, needsPerson }: Finding): string {
  const place = location.kind === 'dockerfile' ? location.line : location.kind === 'flag' ? location.flag : '';
  return `${rule}:${place}${needsPerson ? ' person' : ''}${level === 'error' ? '' : ` ${level}`}`;
}

function mount({ id, env, target, mode }: SecretMount): string {
  const parts = [
    id,
    env && `env=${env}`,
    target && `target=${target}`,
    mode !== undefined && `mode=0${mode.toString(8)}`,
  ];
  return parts.filter(Boolean).join(' ');
}
