/** The options of a command by their names without dashes; those without a value have an empty one. */
export type ToolOptions = ReadonlyMap<string, string>;

/** Which options take a value: letters, and the long names that matter here. Sources: curl(1), wget(1). */
const valued: Readonly<Record<string, { letters: string; names: ReadonlySet<string> }>> = {
  curl: { letters: 'oHudAbcCeEFxXmwTKDrtyYzQPU', names: new Set(['output', 'output-dir', 'header', 'user', 'data']) },
  wget: {
    letters: 'OPoaeiBtTwQUARDIXl',
    names: new Set(['output-document', 'directory-prefix', 'header', 'output-file', 'user', 'password']),
  },
};

/** Reads the options of curl and wget: `-fsSLo file`, `-qO-`, `--output=file`; undefined for any other program. */
export function toolOptions(program: string, args: readonly string[]): ToolOptions | undefined {
  if (!Object.hasOwn(valued, program)) return undefined;
  const { letters, names } = valued[program]!;
  const options = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const [, name, value] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (name !== undefined) options.set(name, value ?? (names.has(name) ? (args[++at] ?? '') : ''));
    else if (/^-\w/.test(arg)) {
      const [letter, rest] = cluster(arg, letters, options);
      if (letter !== undefined) options.set(letter, rest === '' ? (args[++at] ?? '') : rest);
    }
  }
  return options;
}

/** Sets the options of `-fsSLo…` that take no value; returns the first that takes one, with what is behind it. */
function cluster(arg: string, letters: string, options: Map<string, string>): [string | undefined, string] {
  for (let at = 1; at < arg.length; at++) {
    const letter = arg.charAt(at);
    if (letters.includes(letter)) return [letter, arg.slice(at + 1)];
    options.set(letter, '');
  }
  return [undefined, ''];
}
