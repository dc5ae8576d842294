import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** A key that was made for one test, and a real ssh agent that has it. */
export interface Agent {
  privateKey: string;
  publicKey: string;
  /** What a program needs to find the agent. */
  env: { SSH_AUTH_SOCK: string };
  stop(): Promise<void>;
}

/** Makes a key in the folder, and starts an agent that has it. */
export async function startSshAgent(folder: string): Promise<Agent> {
  const path = join(folder, 'id_ed25519');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test@example.com', '-f', path]);
  const env = { SSH_AUTH_SOCK: join(folder, 'agent.sock') };
  const agent = spawn('ssh-agent', ['-D', '-a', env.SSH_AUTH_SOCK], { stdio: 'ignore' });
  const ended = once(agent, 'close');
  while (!(await isThere(env.SSH_AUTH_SOCK)) && agent.exitCode === null) await sleep(20);
  await execa('ssh-add', ['-q', path], { env });
  return {
    privateKey: await readFile(path, 'utf8'),
    publicKey: await readFile(`${path}.pub`, 'utf8'),
    env,
    stop: async () => {
      agent.kill('SIGTERM');
      await ended;
    },
  };
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
