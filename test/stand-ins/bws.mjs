import { fail, state, unexpected, words } from './state.mjs';

// Stands for bws, the command of Bitwarden Secrets Manager: https://bitwarden.com/help/secrets-manager-cli/
// state: { token, secrets: { ID: { key, value, revisionDate } } }

const [noun, verb, id, ...flags] = words;
if (noun !== 'secret' || verb !== 'get' || !/^[0-9a-f-]{36}$/.test(id)) unexpected();
if (flags.join(' ') !== '--output=json --color=no') unexpected();
const report = (problem) => `Error: \n   0: ${problem}\n\nLocation:\n   crates/bws/src/main.rs:106\n`;
const token = process.env.BWS_ACCESS_TOKEN;
if (token === undefined) fail(report('Missing access token'));
if (token !== state.token)
  fail(report('Received error message from server: [400 Bad Request] {"error":"invalid_client"}'));
const secret = state.secrets[id];
if (secret === undefined) {
  fail(
    report(
      'Received error message from server: [404 Not Found] {"message":"Resource not found.","validationErrors":null,"exceptionMessage":null,"object":"error"}',
    ),
  );
}
const { key, value, revisionDate } = secret;
const answer = {
  object: 'secret',
  id,
  organizationId: id,
  projectId: id,
  key,
  value,
  note: '',
  creationDate: revisionDate,
  revisionDate,
};
process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
