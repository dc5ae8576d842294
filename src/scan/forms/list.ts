import { base32 } from './base32.ts';
import { base64 } from './base64.ts';
import { cString } from './c-string.ts';
import { characterReferences } from './character-references.ts';
import { decoded } from './decoded.ts';
import { doubled } from './doubled.ts';
import { entities } from './entities.ts';
import { folded } from './folded.ts';
import type { Form } from './form.ts';
import { hex } from './hex.ts';
import { json } from './json.ts';
import { line } from './line.ts';
import { percent } from './percent.ts';
import { properties } from './properties.ts';
import { raw } from './raw.ts';
import { separatedHex } from './separated-hex.ts';
import { shell } from './shell.ts';
import { utf16 } from './utf16.ts';
import { utf32 } from './utf32.ts';
import { yaml } from './yaml.ts';

/** Every form that is searched, plainest first. */
export const forms: readonly Form[] = [
  raw,
  json,
  shell,
  cString,
  doubled,
  entities,
  characterReferences,
  yaml,
  properties,
  percent,
  hex,
  separatedHex,
  base64,
  base32,
  decoded,
  utf16,
  utf32,
  folded,
  line,
];
