// One measured run is a process of its own, so that its memory, its threads and its warm-up are its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const subject = fileURLToPath(new URL('subject.mjs', import.meta.url));

/** Runs `subject.mjs` with these words; gives back what it printed: at least seconds, cpuSeconds and peakMegabytes. */
export function runSubject(words) {
  const output = execFileSync(process.execPath, [subject, ...words], { encoding: 'utf8', maxBuffer: 1 << 24 });
  return JSON.parse(output.trim().split('\n').at(-1));
}

/** Runs commands of other programs at the same time, their output thrown away; CPU time as the shell counts its children. */
export function runCommands(commands, { timeoutSeconds = 3600, allowed = [0] } = {}) {
  const all = commands.map((words) => `${words.map(quoted).join(' ')} >/dev/null 2>&1 & `).join('');
  const script = `${all} failed=0; for job in $(jobs -p); do wait "$job" || failed=$?; done; times; exit $failed`;
  const started = performance.now();
  const result = spawnSync('bash', ['-c', script], { encoding: 'utf8', timeout: timeoutSeconds * 1000 });
  const seconds = (performance.now() - started) / 1e3;
  if (!allowed.includes(result.status)) return undefined;
  const children = (result.stdout ?? '').trim().split('\n').at(-1) ?? '';
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
  return { seconds, cpuSeconds };
}

export function has(program) {
  return spawnSync('sh', ['-c', `command -v ${quoted(program)}`], { stdio: 'ignore' }).status === 0;
}

/** Runs every way once a round, so that what else the machine does hits all of them; gives back medians by name. */
export function medians(ways, rounds) {
  const runs = new Map(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of ways) {
      const result = run();
      if (result !== undefined) runs.get(name).push(result);
    }
  }
  return new Map([...runs].filter(([, all]) => all.length > 0).map(([name, all]) => [name, medianOf(all)]));
}

function medianOf(runs) {
  const numbers = Object.keys(runs[0]).filter((key) => typeof runs[0][key] === 'number');
  const middle = (key) => runs.map((run) => run[key]).sort((a, b) => a - b)[Math.floor(runs.length / 2)];
  return { ...runs[0], ...Object.fromEntries(numbers.map((key) => [key, middle(key)])) };
}

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
