import type { Finding } from '../../finding.ts';
import { jsonText, withoutControls } from '../../report/plain.ts';
import type { CheckResult } from '../result.ts';
import type { RuleText } from '../rule-texts.ts';
import { placeOf } from './place.ts';

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

/**
 * The result as SARIF, for code scanning.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; `rules` are all that could have found something.
 */
export function checkSarif({ findings }: CheckResult, rules: readonly RuleText[], version: string): string {
  const known = withUnknown(rules, findings);
  const run = {
    tool: {
      driver: {
        name: 'safebuild',
        semanticVersion: version,
        rules: known.map(({ id, title, explanation }) => ({
          id,
          shortDescription: { text: title },
          ...(explanation === '' ? {} : { help: { text: explanation, markdown: explanation } }),
        })),
      },
    },
    columnKind: 'utf16CodeUnits',
    results: withoutControls(findings).map((finding) => resultOf(finding, known)),
  };
  return jsonText({ $schema: schema, version: '2.1.0', runs: [run] });
}

/** A finding about a file of secrets has no page of its own. */
function withUnknown(rules: readonly RuleText[], findings: readonly Finding[]): RuleText[] {
  const ids = new Set(rules.map(({ id }) => id));
  const others = [...new Set(findings.map(({ rule }) => rule))].filter((id) => !ids.has(id));
  return [...rules, ...others.map((id) => ({ id, title: id, explanation: '' }))];
}

function resultOf(finding: Finding, rules: readonly RuleText[]): object {
  const { rule, level, message, remedy } = finding;
  const place = placeOf(finding);
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level,
    message: { text: remedy === undefined ? message : `${message} ${remedy}` },
    locations: place
      ? [
          {
            physicalLocation: {
              artifactLocation: { uri: uriOf(place.path) },
              region: { startLine: place.line, endLine: place.endLine },
            },
          },
        ]
      : [],
  };
}

function uriOf(path: string): string {
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${uri}` : uri;
}
