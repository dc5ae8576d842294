import { base64 } from './base64.ts';
import { folded } from './folded.ts';
import type { Form } from './form.ts';
import { hex } from './hex.ts';
import { json } from './json.ts';
import { line } from './line.ts';
import { percent } from './percent.ts';
import { raw } from './raw.ts';
import { utf16 } from './utf16.ts';

/** Every form that is searched, plainest first. */
export const forms: readonly Form[] = [raw, json, percent, hex, base64, utf16, folded, line];
