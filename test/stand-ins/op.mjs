import { fail, state, unexpected, words } from './state.mjs';

// Stands for op, the command of 1Password, version 2: https://developer.1password.com/docs/cli/reference/commands/read
// state: { signedIn, account, values: { REFERENCE: VALUE } }; VALUE may be { error: TEXT }

const [command, ...rest] = words;
if (command !== 'read') unexpected();
const flags = rest.filter((word) => word.startsWith('--'));
const references = rest.filter((word) => !word.startsWith('--'));
const newline = flags.includes('--no-newline') ? '' : '\n';
const account = flags.find((flag) => flag.startsWith('--account='))?.slice('--account='.length);
if (references.length !== 1 || flags.some((flag) => !/^--(no-newline|account=.+)$/.test(flag))) unexpected();
const prefix = '[ERROR] 2026/11/22 10:00:00 ';
if (account !== state.account) fail(`${prefix}found no accounts for filter "${account}"`);
if (state.signedIn === false)
  fail(`${prefix}You are not currently signed in. Please run \`op signin --help\` for instructions`);
const [reference] = references;
const value = state.values[reference];
if (value === undefined) {
  const [, , vault, item] = reference.split('/');
  fail(
    `${prefix}could not read secret '${reference}': could not get item ${vault}/${item}: "${item}" isn't an item in the "${vault}" vault. Specify the item with its UUID, name, or domain.`,
  );
}
if (value.error !== undefined) fail(prefix + value.error);
process.stdout.write(value + newline);
