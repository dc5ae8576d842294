/**
 * What containerd's content server logs for each retry while two equal layers are written into one OCI folder.
 *
 * The build is fine, `docker build` has no such folder, and CI reads lines that begin with ERROR (found with buildx 0.29).
 */
const start = 'ERROR: (*service).Write failed: ';
const noise = /^ERROR: \(\*service\)\.Write failed: .* locked for .*unavailable\s*$/;

/** Whether a line, without its newline, says nothing to anybody. */
export function isNoise(line: string): boolean {
  return noise.test(line);
}

/** Takes noise out of a byte stream. Holds a line back only for as long as it may still become noise. */
export function createNoiseFilter(): { push(chunk: Uint8Array): Buffer; end(): Buffer } {
  let held = '';
  const push = (chunk: Uint8Array): Buffer => {
    // latin1 keeps every byte as it is.
    const lines = (held + Buffer.from(chunk).toString('latin1')).split('\n');
    held = lines.pop() ?? '';
    let shown = lines
      .filter((line) => !isNoise(line))
      .map((line) => `${line}\n`)
      .join('');
    if (!couldBecomeNoise(held)) {
      shown += held;
      held = '';
    }
    return Buffer.from(shown, 'latin1');
  };
  return { push, end: () => Buffer.from(isNoise(held) ? '' : held, 'latin1') };
}

function couldBecomeNoise(line: string): boolean {
  return line !== '' && (line.startsWith(start) || start.startsWith(line));
}
