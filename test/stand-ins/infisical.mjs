import { fail, state, unexpected, words } from './state.mjs';

// Stands for the command of Infisical: https://infisical.com/docs/cli/commands/secrets. A secret that is not there is no
// error to it: it prints a text in place of the value, with exit code 0.
// state: { loggedIn, secrets: { 'PROJECT ENVIRONMENT PATH NAME': VALUE } }

const [noun, verb, name, ...flags] = words;
if (noun !== 'secrets' || verb !== 'get' || name === undefined) unexpected();
const known = /^--(output=json|silent|telemetry=false|domain=.+|(projectId|env|path)=.+)$/;
if (!flags.every((flag) => known.test(flag))) unexpected();
const flag = (key) => flags.find((one) => one.startsWith(`--${key}=`))?.slice(key.length + 3);
if (!state.loggedIn) fail('error: You are not logged in. Please login using `infisical login`');
const value = state.secrets[`${flag('projectId')} ${flag('env')} ${flag('path')} ${name}`];
process.stdout.write(JSON.stringify([{ secretKey: name, secretValue: value ?? '*not found*' }]));
