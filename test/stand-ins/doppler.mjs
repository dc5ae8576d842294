import { fail, state, unexpected, words } from './state.mjs';

// Stands for the command of Doppler, version 3: https://docs.doppler.com/docs/cli
// state: { loggedIn, project, config, secrets: { NAME: VALUE } }; project and config are those of "doppler setup"

const [noun, verb, name, ...flags] = words;
if (noun !== 'secrets' || verb !== 'get' || name === undefined) unexpected();
const known = /^--(json|no-check-version|(project|config|api-host)=.+)$/;
if (!flags.includes('--json') || !flags.every((flag) => known.test(flag))) unexpected();
const flag = (key) => flags.find((one) => one.startsWith(`--${key}=`))?.slice(key.length + 3);
if (!state.loggedIn) fail('Doppler Error: you must provide a token');
for (const key of ['project', 'config']) {
  const asked = flag(key) ?? state.ambient?.[key];
  if (asked === undefined) fail(`Doppler Error: you must specify a ${key}`);
  if (asked !== state[key]) fail(`Unable to fetch secrets\nDoppler Error: Could not find requested ${key} '${asked}'`);
}
const computed = state.secrets[name];
if (computed === undefined) fail(`Doppler Error: Could not find requested secret: ${name}`);
process.stdout.write(`${JSON.stringify({ [name]: { computed, computedVisibility: 'masked', note: '' } })}\n`);
