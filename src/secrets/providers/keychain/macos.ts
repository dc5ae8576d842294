import { secretMissing, sourceFailed } from '../client/failures.ts';
import { runTool, withoutToolsNewline } from '../client/tool.ts';
import type { Fetched, ProviderHost } from '../provider.ts';
import type { KeychainReference } from './reference.ts';

const tool = { program: 'security', install: 'Put /usr/bin of macOS, where security is, on PATH.' };

// the low byte of OSStatus: errSecItemNotFound -25300, errSecInteractionNotAllowed -25308, errSecAuthFailed -25293, and
// userCanceledErr -128
const notFound = 44;
const locked = new Set([36, 51, 128]);

/**
 * Looks a generic password up with `security find-generic-password -w`.
 *
 * It prints a value that is not plain ASCII as hexadecimal digits, without saying so. Where the output could be either, it is
 * asked a second time with -g, which marks hexadecimal digits with 0x.
 */
export async function lookUpInKeychain(host: ProviderHost, item: KeychainReference): Promise<Fetched> {
  const words = ['find-generic-password', '-s', item.service, '-a', item.account];
  const { exitCode, stdout } = await runTool(host, tool, [...words, '-w']);
  if (exitCode !== 0) throw failure(exitCode, item);
  const printed = withoutToolsNewline(stdout);
  const text = printed.toString('latin1');
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) return { value: printed };
  const marked = await runTool(host, tool, [...words, '-g']);
  if (marked.exitCode !== 0) throw failure(marked.exitCode, item);
  return { value: /^password: 0x/m.test(marked.stderr) ? Buffer.from(text, 'hex') : printed };
}

function failure(exitCode: number, { service, account }: KeychainReference): Error {
  if (exitCode === notFound) {
    const hint = 'Store it with security add-generic-password -s SERVICE -a ACCOUNT -w.';
    return secretMissing(`The keychain has no item of service ${service} and account ${account}`, hint);
  }
  if (locked.has(exitCode)) {
    const hint = 'Run security unlock-keychain, and allow security to use the item.';
    return sourceFailed('The keychain is locked, or does not let security read the item', hint);
  }
  return sourceFailed('security failed', 'Run security find-generic-password for the item, and see what it says.');
}
