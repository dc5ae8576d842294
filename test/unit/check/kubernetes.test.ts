import { expect, test } from '@jest/globals';
import { checkedFiles, short, value } from './project.ts';

async function found(manifest: string): Promise<string[]> {
  const result = await checkedFiles({ 'app.yaml': manifest }, { paths: ['app.yaml'], diff: true });
  expect(JSON.stringify(result)).not.toContain('not-a-secret');
  return short(result).map((line) => line.slice('app.yaml:'.length));
}

function pod(env: string): string {
  return `apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: app\n              env:\n${env}`;
}

test('a literal in env of a container is found, wherever the pod stands', async () => {
  expect(await found(pod(`                - name: DB_PASSWORD\n                  value: ${value}\n`))).toEqual([
    '12 kubernetes-env-literal',
  ]);
  expect(await found(pod('                - { name: DB_PASSWORD, value: postgres }\n'))).toEqual([
    '11 kubernetes-env-literal warning',
  ]);
});

test('references and settings are not found', async () => {
  const env = [
    '{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: app, key: x } } }',
    '{ name: DATABASE_URL, value: "postgres://app:$(DB_PASSWORD)@db/app" }',
    '{ name: PORT, value: "3000" }',
  ];
  expect(await found(pod(env.map((item) => `                - ${item}\n`).join('')))).toEqual([]);
});

test('the data of a Secret is found, encoded or not', async () => {
  const data = Buffer.from(value).toString('base64');
  const secret = (rest: string): string => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n${rest}`;
  const list = `apiVersion: v1\nkind: List\nitems:\n  - kind: Secret\n    stringData:\n      TOKEN: ${value}\n`;
  expect(await found(secret(`data:\n  A: ${data}\n`))).toEqual(['6 kubernetes-secret-data']);
  expect(await found(secret(`stringData:\n  A: ${value}\n`))).toEqual(['6 kubernetes-secret-data']);
  expect(await found(list)).toEqual(['6 kubernetes-secret-data']);
  expect(await found(secret('stringData:\n  A: postgres\n'))).toEqual(['6 kubernetes-secret-data warning']);
});

test.each([
  ['a placeholder', `stringData:\n  A: <token>\n  B: \${TOKEN}\n`],
  ['a variable where base64 is to be', `data:\n  A: \${TOKEN_BASE64}\n`],
  ['a certificate', `data:\n  ca.crt: ${Buffer.from('certificate').toString('base64')}\n`],
  ['what sops encrypted', 'stringData:\n  A: ENC[AES256_GCM,data:x,type:str]\nsops:\n  version: 3.9.0\n'],
  ['nothing', 'type: kubernetes.io/service-account-token\n'],
])('a Secret with %s is not found', async (_, rest) => {
  expect(await found(`apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n${rest}`)).toEqual([]);
});

test('a ConfigMap with a secret is found; the documents of a file are all looked at', async () => {
  const first = 'apiVersion: v1\nkind: Service\n---\n';
  expect(await found(`${first}apiVersion: v1\nkind: ConfigMap\ndata:\n  LOG: debug\n  API_KEY: ${value}\n`)).toEqual([
    '8 kubernetes-configmap-literal',
  ]);
});
