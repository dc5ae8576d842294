// The result of `run.mjs` for people.

export function printTables({ machine, memory, matcher, image, reachable, targets }) {
  const { node, cpu, cores, load, rounds } = machine;
  console.log(`${cpu}, ${cores} cores, load ${load.toFixed(1)}, Node ${node}, median of ${rounds}\n`);
  console.log(row(['matcher, MB per CPU second', 'wasm', 'plain', 'ripgrep', 'wasm / ripgrep']));
  for (const { patterns, megabytesPerCpuSecond: speed } of matcher) {
    const ratio = speed.wasm / speed.ripgrep;
    console.log(row([`${patterns} patterns`, speed.wasm, speed.plain, speed.ripgrep, decimal(ratio)]));
  }
  const fetched = memory.megabytesPerCpuSecond;
  console.log(
    row([
      'fetching the corpus from memory alone',
      fetched,
      '',
      '',
      decimal(fetched / matcher[0].megabytesPerCpuSecond.ripgrep),
    ]),
  );
  const { megabytes, storedMegabytes, ways } = image;
  console.log(`\n${megabytes.toFixed(0)} MB of layers, ${storedMegabytes.toFixed(0)} MB as stored`);
  console.log(row(['', 'MB/CPU s', 'MB/s', 'CPU s', 's', 'peak MB', 'files']));
  for (const way of ways) {
    const speeds = way.name.startsWith('node')
      ? [undefined, undefined]
      : [way.megabytesPerCpuSecond, way.megabytesPerSecond];
    const times = [decimal(way.cpuSeconds), decimal(way.seconds)];
    console.log(row([way.name, ...speeds, ...times, way.peakMegabytes, way.files]));
  }
  console.log('\nof the CPU seconds, the best inflate here alone would take:');
  for (const { name, inflate, megabytesPerCpuSecond, share } of reachable) {
    const most = `${megabytesPerCpuSecond.toFixed(0)} MB/CPU s at best`;
    console.log(row([`${name}, ${inflate}`, `${(100 * share).toFixed(0)} %`, most.padStart(24)]));
  }
  console.log('');
  for (const { name, value, least, most, met } of targets) {
    const limit = least === undefined ? `at most ${most}` : `at least ${least}`;
    const verdict = met === undefined ? 'not measured' : met ? 'met' : 'missed';
    console.log(row([name, decimal(value), limit, verdict]));
  }
}

function row([name, ...cells]) {
  return name.padEnd(40) + cells.map((cell) => text(cell).padStart(15)).join('');
}

function text(cell) {
  if (typeof cell === 'string') return cell;
  return cell === undefined || Number.isNaN(cell) ? '' : cell.toFixed(0);
}

function decimal(value) {
  return value === undefined || Number.isNaN(value) ? '' : value.toFixed(2);
}
