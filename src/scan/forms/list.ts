import { base32 } from './base32.ts';
import { base64 } from './base64.ts';
import { base85 } from './base85.ts';
import { cString } from './c-string.ts';
import { cased } from './cased.ts';
import { characterReferences } from './character-references.ts';
import { codeUnits } from './code-units.ts';
import { decoded } from './decoded.ts';
import { doubled } from './doubled.ts';
import { eightBit } from './eight-bit.ts';
import { entities } from './entities.ts';
import { folded } from './folded.ts';
import type { Form } from './form.ts';
import { hex } from './hex.ts';
import { json } from './json.ts';
import { line } from './line.ts';
import { base64OfHex, base64OfJson, base64OfUtf16, base64Twice, hexOfBase64 } from './nested.ts';
import { normalized } from './normalized.ts';
import { octal } from './octal.ts';
import { partial } from './partial.ts';
import { percent, percentOfEveryByte } from './percent.ts';
import { properties } from './properties.ts';
import { quotedPrintable } from './quoted-printable.ts';
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
  quotedPrintable,
  normalized,
  eightBit,
  cased,
  properties,
  percent,
  percentOfEveryByte,
  octal,
  codeUnits,
  hex,
  separatedHex,
  base64,
  base64OfJson,
  base64OfUtf16,
  base64Twice,
  base64OfHex,
  hexOfBase64,
  base32,
  base85,
  decoded,
  utf16,
  utf32,
  folded,
  line,
  partial,
];
