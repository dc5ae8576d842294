import { judgeName } from './names.ts';
import { looksRandom } from './randomness.ts';
import { isPlainWord, settingShape } from './setting-shapes.ts';

// `[default]`, `</servers>`, `users:`, `"auths": {`
const frame = /^(?:\[[\w .:/-]*\]|<\/?[\w:.-]+\s*\/?>|(?:-\s+)?["']?:?[\w./-]+["']?\s*[:=]\s*[{[]?)$/;
const pair = /^(?:-\s+)?["']?([\w.-]+)["']?\s*[:=]\s*(["']?)([^"']*)\2[,;]?$/;
const element = /^<([\w.-]+)>([^<>]*)<\/\1>$/;
// netrc
const word = /^(machine|login)\s+(\S+)$/;
// AWS and GCP: `eu-west-1`, `europe-west4`
const region = /^(?:[a-z]{2}|europe|asia|africa|australia|northamerica|southamerica)(?:-[a-z]{3,12}){1,2}-?\d{1,2}$/;

/**
 * Whether a line of a file with credentials only holds the file together: a section, a tag, a bare key, an ordinary
 * setting under an ordinary name.
 */
export function isStructure(line: string): boolean {
  if (looksRandom(line)) return false;
  if (frame.test(line)) return true;
  const inPair = pair.exec(line);
  const [, name, value] = inPair ? [undefined, inPair[1], inPair[3]] : (element.exec(line) ?? word.exec(line) ?? []);
  if (name === undefined || value === undefined || judgeName(name).says === 'secret') return false;
  return settingShape(value) !== undefined || isPlainWord(value) || region.test(value);
}
