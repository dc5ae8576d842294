import { type Dockerfile, type Instruction, needed, secretIdOf, stageOf } from '../../dockerfile/index.ts';

/**
 * The lines that use each of the names, of what BuildKit may run to build the target.
 *
 * Any place counts in which a name stands as a word, and any secret mount that could ask for it: a name too many costs one
 * question to its source. Names that nothing uses are left out.
 */
export function linesUsing(names: Iterable<string>, dockerfile: Dockerfile, target?: string): Map<string, number[]> {
  const instructions = built(dockerfile, target).map((instruction) => ({
    line: instruction.line,
    text: dockerfile.source.slice(instruction.range.start, instruction.range.end),
    ids: mountIds(instruction),
  }));
  const uses = new Map<string, number[]>();
  for (const name of names) {
    const word = wordPattern(name);
    const lines = instructions.filter(
      ({ text, ids }) =>
        word.test(text) || ids.some((id) => id.includes('$') || id === name || asVariableName(id) === name),
    );
    if (lines.length > 0)
      uses.set(
        name,
        lines.map(({ line }) => line),
      );
  }
  return uses;
}

function built(dockerfile: Dockerfile, target: string | undefined): readonly Instruction[] {
  const stage = stageOf(dockerfile, target);
  if (stage === undefined) return dockerfile.instructions;
  return [...dockerfile.globalArgs, ...needed(dockerfile, stage).flatMap(({ instructions }) => instructions)];
}

function mountIds({ flags, onbuild }: Instruction): string[] {
  return [...flags, ...(onbuild?.flags ?? [])].flatMap((flag) => secretIdOf(flag) ?? []);
}

/** Whether a text has the name as a word of its own. */
export function wordPattern(name: string): RegExp {
  return new RegExp(`(?<!\\w)${name.replace(/[^\w]/g, '\\$&')}(?!\\w)`);
}

/** `npm-token` → `NPM_TOKEN`, as a mount's id stands for the variable of that name. */
export function asVariableName(id: string): string {
  return id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}
