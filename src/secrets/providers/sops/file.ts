import { readNamed } from '../client/file.ts';
import { type KnownFailure, runTool, toolError } from '../client/tool.ts';
import type { ProviderHost } from '../provider.ts';
import type { SopsReference } from './reference.ts';
import { refuseForeignServers } from './servers.ts';

const tool = { program: 'sops', install: 'Install sops: https://getsops.io/docs/#download.' };

// its own words, from getsops/sops: sops.go, cmd/sops/common and cmd/sops/codes
const failures: readonly KnownFailure[] = [
  {
    sign: /failed to get the data key/i,
    message: 'sops has no key for this file',
    hint: 'Give sops the key that the file is encrypted for: SOPS_AGE_KEY_FILE, an unlocked gpg key, or a login to its KMS.',
  },
  {
    sign: /MAC mismatch|no MAC/i,
    message: 'The file was changed after sops had encrypted it',
    hint: 'Take it from version control again, and change it with sops edit.',
  },
  {
    // versions that end a comment's line with a comma too many, and names that are no strings
    sign: /error dumping|interface conversion/i,
    message: 'sops cannot write the file as JSON, which its keys are taken from',
    hint: 'Bring sops up to date, and put names that are numbers into quotes.',
  },
  {
    sign: /metadata not found/i,
    message: 'The file is not encrypted by sops',
    hint: 'Encrypt it with sops encrypt --in-place.',
  },
];

const other = { message: 'sops failed to decrypt the file', hint: 'Run sops decrypt on it, and see what it says.' };

const instantOfChange = /^[ \t]*"?(?:sops_)?lastmodified"?[ \t]*[:=][ \t]*["']?(\d{4}-\d\d-\d\dT[\d:.]+Z)/m;

/** The absolute path of an encrypted file, and when its values were last changed. */
export async function encryptedFile(host: ProviderHost, file: string): Promise<{ path: string; changed?: Date }> {
  const { path, bytes } = await readNamed(host.cwd, file);
  refuseForeignServers(bytes.toString(), host.env, file);
  // sops keeps it unencrypted, in each of its formats
  const instant = instantOfChange.exec(bytes.toString('latin1'))?.[1];
  return { path, ...(instant === undefined ? {} : { changed: new Date(instant) }) };
}

/** The decrypted file: as JSON where keys of it are asked for, as it is where not. */
export async function decrypt(host: ProviderHost, path: string, { format, keys }: SopsReference): Promise<Buffer> {
  const input = format === undefined ? [] : ['--input-type', format];
  const output = keys === undefined ? format : 'json';
  const words = [...input, ...(output === undefined ? [] : ['--output-type', output]), path];
  let result = await runTool(host, tool, ['-d', ...words]);
  // -d in the first place: before 3.9, "decrypt" was the name of a file to edit
  if (result.exitCode !== 0 && /not defined: -d\b|unknown (?:shorthand )?flag/i.test(result.stderr)) {
    result = await runTool(host, tool, ['decrypt', ...words]);
  }
  if (result.exitCode !== 0) throw toolError(result.stderr, failures, other);
  return result.stdout;
}
