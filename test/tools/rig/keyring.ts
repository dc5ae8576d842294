import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Place } from './place.ts';

/** A session with a bus of its own, on which GNOME Keyring may be. */
export interface Session {
  /** Where the bus is. */
  env: { DBUS_SESSION_BUS_ADDRESS: string };
  /** Puts GNOME Keyring on the bus, with the keyrings of the place; unlocked, or locked as after a login without one. */
  addKeyring(state: 'unlocked' | 'locked'): Promise<void>;
  stop(): Promise<void>;
}

const password = 'not-a-secret-keyring';

/** Starts a bus that starts nothing by itself: no second keyring, and no program that asks for a password. */
export async function startSession(place: Place): Promise<Session> {
  const config = join(place.folder, 'bus.conf');
  await writeFile(config, busConfig(place.folder));
  const bus = spawn('dbus-daemon', ['--nofork', '--print-address=1', `--config-file=${config}`], {
    env: place.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const started: ChildProcess[] = [bus];
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: bus.stdout }).once('line', resolve);
    bus.once('error', reject);
    bus.once('close', () => reject(new Error('the bus ended')));
  });
  const env = { DBUS_SESSION_BUS_ADDRESS: address };
  return {
    env,
    addKeyring: async (state) => {
      const words = ['--foreground', '--components=secrets', ...(state === 'unlocked' ? ['--unlock'] : [])];
      const keyring = spawn('gnome-keyring-daemon', words, {
        env: { ...place.env, ...env },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      started.push(keyring);
      keyring.stdin.end(password);
      await answers(place, env);
    },
    stop: async () => {
      await Promise.all(started.reverse().map(ended));
    },
  };
}

async function answers(place: Place, env: Session['env']): Promise<void> {
  for (let tries = 200; tries > 0; tries--) {
    const words = [
      'DBUS_SESSION_BUS_ADDRESS'.concat('=', env.DBUS_SESSION_BUS_ADDRESS),
      'secret-tool',
      'search',
      'a',
      'b',
    ];
    const there = await place.run('env', words).then(
      () => true,
      () => false,
    );
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('GNOME Keyring does not answer');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await closed;
}

function busConfig(folder: string): string {
  return `<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=${folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}
