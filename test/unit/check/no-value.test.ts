import { expect, test } from '@jest/globals';
import { createColors } from 'picocolors';
import { checkGithub, checkJson, checkSarif, checkText, ruleTexts } from '../../../src/check/index.ts';
import { checkedFiles, value } from './project.ts';

/** Values where people put them: in the Dockerfile, in a compose file, in a manifest, in a file that is copied. */
const project = {
  Dockerfile: `FROM busybox:1.37\nENV API_KEY=${value}\nRUN curl -H "Authorization: Bearer ${value}" https://u:${value}@example.com\nCOPY . .\n`,
  'compose.yaml': `services:\n  a:\n    build:\n      context: .\n      args:\n        TOKEN: ${value}\n    environment:\n      API_KEY: "${value}"\n`,
  'k8s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData:\n  api-key: ${value}\n`,
  '.env': `API_KEY=${value}\nUNSAID=${value}-2\n`,
};

test('no format of a check holds a value, its diffs included', async () => {
  const result = await checkedFiles(project, { paths: ['.', 'compose.yaml', 'k8s.yaml'], diff: true });
  expect(result.findings.length).toBeGreaterThan(4);
  expect(result.diffs.join('')).toContain('TOKEN: [secret]');
  const formats = {
    json: checkJson(result),
    sarif: checkSarif(result, ruleTexts, '0.0.0'),
    github: checkGithub(result),
    text: checkText(result, createColors(false)),
  };
  for (const [format, text] of Object.entries(formats)) {
    expect({ format, holds: text.includes('7f3a91') }).toEqual({ format, holds: false });
    expect({ format, holds: text.includes(Buffer.from(value).toString('base64').slice(0, 20)) }).toEqual({
      format,
      holds: false,
    });
  }
});
