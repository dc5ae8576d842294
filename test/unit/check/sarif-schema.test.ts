import { expect, test } from '@jest/globals';
import { toBeValidSarifLog } from '@microsoft/jest-sarif';
import { type CheckResult, checkSarif, ruleTexts } from '../../../src/check/index.ts';
import { checkedFiles, value } from './project.ts';

// Against the schema of the standard itself, OASIS SARIF 2.1.0.

/** What is wrong with it by the schema; empty when nothing is. */
function problems(result: CheckResult): string {
  const { pass, message } = toBeValidSarifLog(JSON.parse(checkSarif(result, ruleTexts, '1.2.3-beta.4')));
  return pass ? '' : message();
}

const leaky = {
  Dockerfile: `FROM node:latest AS a
ARG NPM_TOKEN
RUN curl $NPM_TOKEN
COPY secrets.txt .
LABEL t=$NPM_TOKEN
FROM scratch
COPY . .
`,
  'secrets.txt': `${value}\n`,
  '.env': `NPM_TOKEN=${value}\n`,
  'compose.yaml': `services:\n  app:\n    image: postgres\n    environment:\n      POSTGRES_PASSWORD: ${value}\n`,
};

test('the result of a project with many findings is valid', async () => {
  const result = await checkedFiles(leaky);
  expect(new Set(result.findings.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(4);
  expect(problems(result)).toBe('');
});

test('a result without findings is valid', async () => {
  const result = await checkedFiles({ Dockerfile: 'FROM node:20.19-slim\nCMD ["node"]\n' });
  expect(result.findings).toEqual([]);
  expect(problems(result)).toBe('');
});

test('what is no valid result is told', async () => {
  const result = await checkedFiles(leaky);
  const [first] = result.findings;
  expect(problems({ ...result, findings: [{ ...first!, level: 'fatal' as never }] })).not.toBe('');
});
