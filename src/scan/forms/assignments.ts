/** One way in which a name and its value stand together. The value is what is left when both ends are taken off. */
export interface Assignment {
  bytes: Uint8Array;
  /** Bytes before the value, and behind it. */
  before: number;
  after: number;
}

/** The name of the form, as findings show it. */
export const assignmentForm = 'assignment';

/** What may stand before a name of one word, so that it is the whole name: `DEBUG` is not in `APP_DEBUG`. */
const before = ['\n', '\0', ' ', '\t', '"', "'", ';', ','];
/** What ends a value without quotes. A file in a tar ends in zeros. */
const behind = ['\n', '\r', '\0', ' ', '\t', '"', "'", ',', ';', '}', ')', '&', '|', '`', '\\'];
/** `\"` is a quote inside a JSON string, as in an image's history. */
const quotes = ['"', "'", '\\"'];
/** env files, shells, Dockerfiles; YAML; properties and ini files. */
const signs = ['=', ': ', ':', ' = '];

/** Switches and numbers that no secret is, whatever its name. */
const says = /^(?:true|false|yes|no|on|off|null|none|nil|undefined|\d{1,3})$/i;
const identifier = /^[A-Za-z_][\w.-]{2,}$/;

/**
 * A value that is too common to mean anything by itself, as the value of its own name: `NAME=value`, `NAME: 'value'`,
 * `"name": "value"` and the like, with the name also in lower case, camelCase and kebab-case.
 *
 * Both ends are part of the bytes, so that neither the name nor the value is a piece of a longer one; a name of several
 * words may have more words before it. None for a name that is no identifier, and for a value that is a mere switch.
 */
export function* assignmentsOf(name: string, value: string): Iterable<Assignment> {
  const text = value.trim();
  if (!identifier.test(name) || text === '' || says.test(text)) return;
  for (const spelling of spellingsOf(name)) {
    for (const front of /[_-]|[a-z][A-Z]/.test(spelling) ? [''] : before) {
      for (const [head, tail] of endsOf(`${front}${spelling}`)) yield assignment(head, text, tail);
    }
    for (const quote of quotes) {
      for (const sign of [':', ': ']) {
        const head = `${quote}${spelling}${quote}${sign}`;
        yield assignment(`${head}${quote}`, text, quote);
        for (const tail of behind) yield assignment(head, text, tail);
      }
    }
  }
}

/** What stands before and behind the value. */
function* endsOf(name: string): Iterable<[string, string]> {
  for (const sign of signs) {
    for (const quote of quotes) yield [`${name}${sign}${quote}`, quote];
    // `name:value` without a blank is also a place in a file, a port or a tag
    if (sign !== ':') for (const tail of behind) yield [`${name}${sign}`, tail];
  }
  // the default of a shell's or a Compose file's variable
  yield [`${name}:-`, '}'];
}

function assignment(head: string, value: string, tail: string): Assignment {
  const bytes = Buffer.from(`${head}${value}${tail}`);
  return { bytes, before: Buffer.byteLength(head), after: Buffer.byteLength(tail) };
}

function spellingsOf(name: string): Set<string> {
  const words = name.split(/[_.-]+/).filter(Boolean);
  const lower = words.map((word) => word.toLowerCase());
  const camel = lower.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)));
  return new Set([name, name.toLowerCase(), name.toUpperCase(), camel.join(''), lower.join('-')]);
}
