import { fail, state, unexpected, words } from './state.mjs';

// Stands for security of macOS, which there is nowhere else: man security, and apple-oss-distributions/SecurityTool.
// state: { items: { 'SERVICE ACCOUNT': HEX }, code: exit code of a keychain that answers nothing }

const [command, s, service, a, account, mode, ...more] = words;
if (command !== 'find-generic-password' || s !== '-s' || a !== '-a' || more.length > 0) unexpected();
if (state.code !== undefined)
  fail('security: SecKeychainItemCopyContent: The user name or passphrase is not correct.', state.code);
const hex = state.items[`${service} ${account}`];
if (hex === undefined) {
  fail('security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain.', 44);
}
const text = Buffer.from(hex, 'hex').toString('latin1');
if (mode === '-w') {
  process.stdout.write(`${/^[\x20-\x7e]*$/.test(text) ? text : hex}\n`);
} else if (mode === '-g') {
  process.stdout.write('keychain: "login.keychain-db"\nclass: "genp"\n');
  process.stderr.write(
    /^[\x20-\x5b\x5d-\x7e]*$/.test(text) ? `password: "${text}"\n` : `password: 0x${hex.toUpperCase()}  \n`,
  );
} else {
  unexpected();
}
