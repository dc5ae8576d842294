import { expect, test } from '@jest/globals';
import { withTempDir } from '../../helpers/docker.ts';
import { writeProject } from '../build/project.ts';
import { projectIn, talk } from '../migrate/project.ts';

const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';
const key = `${begin}\n${Buffer.from('openssh-key-v1\0not-a-secret-7f3a91c2d4e8'.repeat(9)).toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;

/** The Dockerfile after the agent was chosen for the first finding; what was asked where it cannot be. */
async function withAgent(dockerfile: string, files: Readonly<Record<string, string>> = { id_rsa: key }) {
  return withTempDir(async (cwd) => {
    await writeProject(cwd, { Dockerfile: dockerfile, ...files });
    const { migration, asked } = await talk(await projectIn(cwd), ['agent'], { sshAgent: true });
    return { text: migration?.draft.dockerfile, dropBuildArgs: migration?.dropBuildArgs, asked };
  });
}

test('a key that COPY brings is left away, and the steps that start ssh ask the agent', async () => {
  const { text, asked } = await withAgent(`FROM node:22
RUN mkdir -p /root/.ssh && ssh-keyscan git.example.com >> /root/.ssh/known_hosts
COPY id_rsa /root/.ssh/id_rsa
RUN chmod 600 /root/.ssh/id_rsa && git clone git@git.example.com:acme/tools.git /tools
RUN make -C /tools
RUN rm /root/.ssh/id_rsa
`);
  expect(text).toBe(`FROM node:22
RUN mkdir -p /root/.ssh && ssh-keyscan git.example.com >> /root/.ssh/known_hosts
RUN --mount=type=ssh,required=true git clone git@git.example.com:acme/tools.git /tools
RUN make -C /tools
`);
  expect(asked).toHaveLength(1);
});

test('a key that an ARG brings is neither handed over nor written', async () => {
  const { text, dropBuildArgs, asked } = await withAgent(
    `FROM node:22
ARG SSH_PRIVATE_KEY
RUN mkdir -p -m 0700 /root/.ssh && \\
    echo "$SSH_PRIVATE_KEY" | tr -d '\\r' > /root/.ssh/id_ed25519 && \\
    chmod 600 /root/.ssh/id_ed25519 && \\
    ssh-keyscan git.example.com >> /root/.ssh/known_hosts
RUN npm ci
RUN git clone git@git.example.com:acme/tools.git && rm /root/.ssh/id_ed25519
CMD ["node"]
`,
    {},
  );
  expect(text).toBe(`FROM node:22
RUN mkdir -p -m 0700 /root/.ssh && \\
    ssh-keyscan git.example.com >> /root/.ssh/known_hosts
RUN --mount=type=ssh,required=true npm ci
RUN --mount=type=ssh,required=true git clone git@git.example.com:acme/tools.git
CMD ["node"]
`);
  expect(dropBuildArgs).toEqual(['SSH_PRIVATE_KEY']);
  expect(asked).toHaveLength(1);
});

test('another user than root is let at the agent', async () => {
  const { text } = await withAgent(
    `FROM node:22
USER node
COPY --chown=node id_rsa known_hosts /home/node/.ssh/
RUN chmod 600 /home/node/.ssh/id_rsa && git clone git@git.example.com:acme/tools.git
`,
    { id_rsa: key, known_hosts: 'x' },
  );
  expect(text).toBe(`FROM node:22
USER node
COPY --chown=node known_hosts /home/node/.ssh/
RUN --mount=type=ssh,required=true,mode=0666 git clone git@git.example.com:acme/tools.git
`);
});

const writes = 'FROM node:22\nARG KEY_TOKEN\n';
const clones = 'RUN git clone git@git.example.com:acme/tools.git && rm /root/.ssh/id_rsa\n';

test.each([
  ['a step names the key', 'COPY id_rsa /root/.ssh/id_rsa\nRUN ssh -i /root/.ssh/id_rsa git.example.com\n'],
  [
    'ssh does not look there',
    'ENV GIT_SSH_COMMAND="ssh -i /key"\nCOPY id_rsa /key\nRUN git clone git@git.example.com:a/b.git\n',
  ],
  [
    'ssh asks no agent',
    'RUN echo "IdentitiesOnly yes" > /root/.ssh/config\nCOPY id_rsa /root/.ssh/id_rsa\nRUN git clone git@git.example.com:a/b.git\n',
  ],
  ['no step reads it', 'COPY id_rsa /root/.ssh/id_rsa\nRUN make && rm /root/.ssh/id_rsa\n'],
])('where %s there is no such choice', async (_, steps) => {
  await expect(withAgent(`FROM node:22\n${steps}`)).rejects.toThrow('agent is none of ');
});

test.each([
  [
    'more becomes of the variable',
    `${writes}RUN echo "$KEY_TOKEN" > /root/.ssh/id_rsa && curl -d "$KEY_TOKEN" https://example.com/\n${clones}`,
  ],
  [
    'another file gets it too',
    `${writes}RUN echo "$KEY_TOKEN" > /root/.ssh/id_rsa\nCOPY <<END /etc/key\n$KEY_TOKEN\nEND\n${clones}`,
  ],
  ['it is written elsewhere', `${writes}RUN echo "$KEY_TOKEN" > /etc/token\n${clones}`],
  [
    'the key is copied on',
    `${writes}RUN echo "$KEY_TOKEN" > /root/.ssh/id_rsa\nRUN cp /root/.ssh/id_rsa /tmp/id_rsa\n${clones}`,
  ],
  [
    'an agent is started in the build',
    `${writes}RUN echo "$KEY_TOKEN" > /root/.ssh/id_rsa && eval $(ssh-agent) && ssh-add\n${clones}`,
  ],
])('where %s a variable is no key that could be left away', async (_, dockerfile) => {
  await expect(withAgent(dockerfile, {})).rejects.toThrow('agent is none of ');
});

test('without an agent here there is no such choice', async () => {
  await withTempDir(async (cwd) => {
    const text = 'FROM node:22\nCOPY id_rsa /root/.ssh/id_rsa\nRUN git clone git@git.example.com:a/b.git\n';
    await writeProject(cwd, { Dockerfile: text, id_rsa: key });
    await expect(talk(await projectIn(cwd), ['agent'])).rejects.toThrow('agent is none of apply, ');
  });
});
