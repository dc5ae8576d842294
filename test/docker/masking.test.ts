import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { useEngine } from '../helpers/engine.ts';
import { expectExit } from './rig/expect-exit.ts';
import { formsOf, holds } from './rig/holds.ts';
import { token } from './rig/leaky.ts';
import { withWorkplace } from './rig/workplace.ts';

const show = `echo "raw $TOKEN"
printf 'split '; printf %s "\${TOKEN%????????}"; sleep 1; printf '%s\\n' "\${TOKEN#"\${TOKEN%????????}"}"
printf 'base64 '; printf %s "$TOKEN" | base64
printf 'hex '; printf %s "$TOKEN" | od -An -v -tx1 | tr -d ' \\n'; echo
set -x
: "traced $TOKEN"
exit 7
`;

/** A step that shows the token in every way, and then fails, so that docker shows its output once more. */
const project = {
  Dockerfile: `FROM busybox:latest\nARG TOKEN\nCOPY show.sh /\nRUN sh /show.sh\n`,
  'show.sh': show,
  '.env': `TOKEN=${token}\n`,
};

test.each(['plain', 'quiet', 'rawjson'])(
  '--progress=%s: the step shows the token in five ways, safebuild in none',
  async (progress) => {
    const engine = await useEngine('containerd');
    await withWorkplace(engine, project, async (place) => {
      const built = await place.safebuild([`--progress=${progress}`, '--no-cache', '.']);
      expectExit(built, 1);
      const shown = progress === 'rawjson' ? `${built.stderr}\n${logsOf(built.stderr)}` : built.stderr;
      expect(holds(Buffer.from(built.stdout + shown), formsOf(token))).toBe(false);
      if (progress === 'quiet') return;
      for (const line of ['raw ***', 'split ***', 'base64 ***', 'hex ***', 'traced ***']) expect(shown).toContain(line);
    });
  },
);

// A terminal of no size is what expect, script and many CI systems give.
test.each(['cols 120 rows 40', 'cols 0 rows 0'])(
  'on a terminal (%s) the step shows the token, safebuild does not',
  async (size) => {
    const engine = await useEngine('containerd');
    await withWorkplace(engine, project, async (place) => {
      const program = fileURLToPath(new URL('../../bin/safebuild.js', import.meta.url));
      const command = `stty ${size}; "${process.execPath}" -- "${program}" --no-cache .`;
      // util-linux: runs the command on a terminal of its own, and ends with its exit code
      const built = await execa('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
        cwd: place.folder,
        env: { ...engine.env, HOME: place.folder, TERM: 'xterm' },
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
        timeout: 300_000,
      });
      expect(built.exitCode).toBe(1);
      expect(holds(Buffer.from(built.stdout), formsOf(token))).toBe(false);
      for (const line of ['raw ***', 'split ***', 'traced ***']) expect(built.stdout).toContain(line);
    });
  },
);

test('-q shows no token either', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, project, async (place) => {
    const built = await place.safebuild(['-q', '--no-cache', '.']);
    expectExit(built, 1);
    expect(built.stderr).toContain('ERROR');
    expect(holds(Buffer.from(built.stdout + built.stderr), formsOf(token))).toBe(false);
  });
});

interface Status {
  logs?: { stream: number; data: string }[];
}

/** What the steps printed, each stream by itself, put together: rawjson cuts it into base64 chunks anywhere. */
function logsOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  const chunks = lines.flatMap((line) => (JSON.parse(line) as Status).logs ?? []);
  const printed = (wanted: number): string =>
    chunks.flatMap(({ stream, data }) => (stream === wanted ? Buffer.from(data, 'base64').toString() : [])).join('');
  return `${printed(1)}\n${printed(2)}`;
}
