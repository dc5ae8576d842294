import { expect, test } from '@jest/globals';
import { plan, runRules } from '../../../src/rules/index.ts';
import { type Case, contextOf } from './case.ts';

/** The lines of the RUNs that are given the ARG `name`. */
function mounted(name: string, ...runs: string[]): number[] {
  const given: Case = { about: '', secrets: { [name]: null }, expect: { findings: [] } };
  const context = contextOf(`FROM debian:12\nARG ${name}\n${runs.map((run) => `RUN ${run}\n`).join('')}`, given);
  return plan(runRules(context)).changes.flatMap((change) =>
    change.kind === 'mount' ? [context.dockerfile.instructions[change.instruction]!.line] : [],
  );
}

test.each([
  ['HF_TOKEN', 'python -c "from huggingface_hub import snapshot_download as s; s(\'acme/model\')"'],
  ['HF_TOKEN', 'python3 -c "from transformers import AutoModel; AutoModel.from_pretrained(\'acme/model\')"'],
  ['AWS_SECRET_ACCESS_KEY', "python -c \"import boto3; boto3.client('s3').download_file('a', 'b', 'c')\""],
  ['PUB_TOKEN', 'dart pub token add https://pub.example.com --env-var PUB_TOKEN'],
  ['REGISTRY_PASS', 'tool login --password-env=REGISTRY_PASS'],
  ['PUB_TOKEN', 'flutter pub get'],
  ['VAULT_PASS', 'openssl enc -d -aes-256-cbc -pass env:VAULT_PASS -in a -out b'],
  ['CONAN_PASSWORD', 'conan install .'],
  ['BUF_TOKEN', 'buf generate'],
  ['PULUMI_ACCESS_TOKEN', 'pulumi preview'],
  ['TOKEN', "jq '.token=env.TOKEN' a.json | curl -d @- https://example.com"],
  ['TOKEN', "yq '.token = strenv(TOKEN)' a.yml | curl -d @- https://example.com"],
])('%s is mounted where no text expands it: %s', (name, run) => {
  expect(mounted(name, 'true', run)).toEqual([4]);
});

test.each([
  ['HF_TOKEN', 'python -c "print(1)"'],
  ['AWS_SECRET_ACCESS_KEY', 'node -e "console.log(1)"'],
  ['TOKEN', 'tool --env-file TOKEN.env'],
  ['TOKEN', 'tool --name TOKEN'],
])('%s is not mounted where nothing reads it: %s', (name, run) => {
  expect(mounted(name, run)).toEqual([]);
});
