import type { Instruction, LogicalText } from '../dockerfile/index.ts';
import { rangeIn } from '../dockerfile/index.ts';
import type { Range } from '../finding.ts';

/** A secret mount of a RUN that the user wrote: a variable, a file, or both. */
export interface OwnMount {
  secret: string;
  variable?: string;
  /** Absolute path of the file. */
  path?: string;
}

/** The secret mounts that a RUN has. Where no target is given, the file is `/run/secrets/ID` (Dockerfile reference, RUN). */
export function ownMounts({ flags }: Instruction): OwnMount[] {
  return flags.flatMap(({ name, value }): OwnMount[] => {
    const options = name === 'mount' ? (value ?? '').split(',') : [];
    if (!options.includes('type=secret')) return [];
    const option = (...keys: readonly string[]) =>
      options.flatMap((text) => (keys.includes(text.split('=')[0]!) ? [text.slice(text.indexOf('=') + 1)] : []))[0];
    const variable = option('env');
    const target = option('target', 'dst', 'destination');
    const id = option('id', 'source', 'src') ?? target?.slice(target.lastIndexOf('/') + 1);
    const secret = id ?? variable;
    if (secret === undefined) return [];
    const path = target ?? (variable === undefined ? `/run/secrets/${secret}` : undefined);
    return [{ secret, ...(variable !== undefined && { variable }), ...(path?.startsWith('/') === true && { path }) }];
  });
}

/** Where a script names one of the files, by path. */
export function pathUses(script: LogicalText, paths: readonly string[]): { path: string; range: Range }[] {
  return paths.flatMap((path) => {
    const found: { path: string; range: Range }[] = [];
    for (let at = script.text.indexOf(path); at >= 0; at = script.text.indexOf(path, at + path.length)) {
      const end = at + path.length;
      const alone = !/[\w./-]/.test(script.text.charAt(at - 1)) && !/[\w/-]/.test(script.text.charAt(end));
      if (alone) found.push({ path, range: rangeIn(script.offsets, at, end) });
    }
    return found;
  });
}
