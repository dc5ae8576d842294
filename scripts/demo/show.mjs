import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/safebuild.js', import.meta.url));

/**
 * A terminal for the demo: shows each command, runs it, and shows what it prints, with `secret` masked.
 *
 * `surprises()` counts the commands that did not end with the exit code that was told beforehand (0 by default).
 *
 * @param {{ env: Record<string, string>, cwd: string, secret: string }} options
 */
export function createShow({ env, cwd, secret }) {
  const colored = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const paint = (code, text) => (colored ? `\u001b[${code}m${text}\u001b[0m` : text);
  let surprises = 0;

  const run = async (shown, command, args, { exitCode = 0, lines = () => true } = {}) => {
    console.log(paint(1, `$ ${shown}`));
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [child.stdout, child.stderr].map(async (stream) => {
      for await (const line of createInterface({ input: stream })) {
        if (lines(line)) console.log(line.replaceAll(secret, '***'));
      }
    });
    const [code] = await once(child, 'close');
    await Promise.all(printed);
    if (exitCode !== 0) console.log(paint(2, `exit code ${code}`));
    if (code !== exitCode) surprises += 1;
  };

  return {
    title(text) {
      console.log(`\n${paint('1;36', text)}\n`);
    },
    run,
    safebuild(args, { filter, ...options } = {}) {
      const piped = filter === undefined ? '' : ` 2>&1 | grep ${filter}`;
      const lines = (line) => filter === undefined || line.includes(filter);
      return run(`safebuild ${args.join(' ')}${piped}`, process.execPath, [program, ...args], { lines, ...options });
    },
    async silently(command, args) {
      await once(spawn(command, args, { env, cwd, stdio: 'ignore' }), 'close');
    },
    surprises: () => surprises,
  };
}
