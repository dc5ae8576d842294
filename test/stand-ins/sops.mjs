import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fail, state, unexpected, words } from './state.mjs';

// Stands for sops 3: https://getsops.io/docs/. It decrypts nothing: what a file holds is told to it.
// state: { files: { NAME: { tree, text, error: [MESSAGE, CODE] } }, noDashD: true for a version that takes "decrypt" alone }
// A number in `tree` is written as it is, an encrypted file is any that has "sops" in it.

const [first, ...rest] = words;
if (first === '-d' && state.noDashD) {
  fail('Incorrect Usage: flag provided but not defined: -d');
}
if (first !== '-d' && !(first === 'decrypt' && state.noDashD)) unexpected();
const options = new Map();
while (rest.length > 1) {
  const [flag, value] = rest.splice(0, 2);
  if (!['--input-type', '--output-type'].includes(flag)) unexpected();
  options.set(flag, value);
}
const [path] = rest;
if (!path?.startsWith('/')) unexpected();
const text = readFileSync(path, 'utf8');
if (!text.includes('sops')) fail('sops metadata not found');
const { tree, text: plain, error } = state.files[basename(path)];
if (error !== undefined) fail(...error);
process.stdout.write(options.get('--output-type') === 'json' ? `${JSON.stringify(tree, null, '\t')}\n` : plain);
