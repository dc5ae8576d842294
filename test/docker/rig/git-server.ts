import { setTimeout as sleep } from 'node:timers/promises';
import { docker, removeImages, tryDocker } from '../../helpers/docker.ts';
import { type Engine, sshServerFiles } from '../../helpers/testbed.ts';
import { freePort } from './site.ts';

/** A real git server behind a real sshd, in a container that listens on loopback. */
export interface GitServer {
  port: number;
  /** `ssh://git@127.0.0.1:PORT/srv/words.git`, a repository with the file `words.txt`. */
  url: string;
  stop(): Promise<void>;
}

const image = 'git-server';

/** Starts a git server that lets whoever has this key in. */
export async function startGitServer(engine: Engine, publicKey: string): Promise<GitServer> {
  const input = `FROM node:20
COPY usr/sbin/sshd /usr/sbin/sshd
COPY lib usr/lib /usr/lib/
RUN useradd --system --no-create-home sshd && useradd --create-home --password '*' git && \\
    mkdir -p /run/sshd /etc/ssh && ssh-keygen -A
COPY <<KEYS /home/git/.ssh/authorized_keys
${publicKey.trim()}
KEYS
RUN git init --quiet --bare --initial-branch=main /srv/words.git && git clone --quiet /srv/words.git /words && \\
    cd /words && echo 'words from git' > words.txt && git add words.txt && \\
    git -c user.name=test -c user.email=test@example.com commit --quiet --message=words && \\
    git push --quiet origin HEAD:main && chown -R git /srv/words.git /home/git/.ssh && chmod -R go= /home/git/.ssh
`;
  await docker(engine, ['build', '--quiet', `--tag=${image}`, '--file=-', await sshServerFiles()], { input });
  const port = await freePort();
  const options = ['ListenAddress=127.0.0.1', 'UsePAM=no', 'PasswordAuthentication=no'].flatMap((one) => ['-o', one]);
  const sshd = ['/usr/sbin/sshd', '-D', '-e', '-f', '/dev/null', '-p', String(port), ...options];
  const container = await docker(engine, ['run', '--detach', '--network=host', image, ...sshd]);
  const stop = async (): Promise<void> => {
    await tryDocker(engine, ['rm', '--force', container]);
    await removeImages(engine, [image]);
  };
  await untilItListens(engine, container).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { port, url: `ssh://git@127.0.0.1:${port}/srv/words.git`, stop };
}

async function untilItListens(engine: Engine, container: string): Promise<void> {
  for (;;) {
    const { stdout, stderr } = await tryDocker(engine, ['logs', container]);
    if (stderr.includes('Server listening on ')) return;
    const running = await docker(engine, ['inspect', '--format', '{{.State.Running}}', container]);
    if (running !== 'true') throw new Error(`sshd does not start:\n${stdout}\n${stderr}`);
    await sleep(50);
  }
}
