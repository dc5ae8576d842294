/**
 * Whether a path is one that a glob means: `*` and `?` within a name, a `**` between slashes for any folders, and at the end
 * for everything below.
 *
 * Takes time in proportion to both lengths, whatever the glob: a regular expression would try every way to share a path
 * among its stars.
 */
export function matchesGlob(glob: string, path: string): boolean {
  const names = path.split('/');
  const steps = glob.split('/');
  /** How many names the steps so far may have taken. */
  let reached = new Set([0]);
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    if (step === '**') {
      const first = Math.min(...reached);
      if (isLast) return first < names.length;
      reached = new Set([...names.keys()].filter((at) => at >= first));
    } else reached = new Set([...reached].filter((at) => matchesName(step, names[at])).map((at) => at + 1));
    if (reached.size === 0) return false;
  }
  return reached.has(names.length);
}

/** Of several stars only the last one that was met is ever tried again: the earlier ones could give it nothing more. */
function matchesName(pattern: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  const wanted = [...pattern];
  const given = [...name];
  let [at, to] = [0, 0];
  let star: { at: number; to: number } | undefined;
  while (to < given.length) {
    if (wanted[at] === '*') {
      star = { at, to };
      at++;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[to])) {
      at++;
      to++;
    } else if (star !== undefined) {
      star.to++;
      at = star.at + 1;
      to = star.to;
    } else return false;
  }
  return wanted.slice(at).every((character) => character === '*');
}
