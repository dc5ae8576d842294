import { expect, test } from '@jest/globals';
import { applyChanges, mountFields, mountFlag, parseDockerfile } from '../../../../src/dockerfile/index.ts';
import type { SecretMount } from '../../../../src/finding.ts';

const token: SecretMount = { id: 'TOKEN', secret: 'TOKEN', env: 'TOKEN' };
const key: SecretMount = { id: 'KEY', secret: 'KEY', env: 'KEY' };
const flag = '--mount=type=secret,id=TOKEN,env=TOKEN,required=true';
const keyFlag = '--mount=type=secret,id=KEY,env=KEY,required=true';

/** Mounts on the last instruction. */
function mounted(
  command: string,
  mounts: readonly SecretMount[],
  options: { secretEnv?: boolean; keepLines?: boolean } = {},
) {
  const dockerfile = parseDockerfile(`FROM scratch\n${command}\n`);
  const instruction = dockerfile.instructions.length - 1;
  const changes = mounts.map((mount) => ({ kind: 'mount' as const, instruction, mount }));
  const { text, problems } = applyChanges(dockerfile, changes, { secretEnv: true, keepLines: false, ...options });
  return { text: text.slice('FROM scratch\n'.length, -1), problems: problems.map(({ message }) => message) };
}

test.each([
  ['one line', 'RUN npm ci', [token], `RUN ${flag} npm ci`],
  ['flags that are there', 'RUN --network=none npm ci', [token], `RUN ${flag} --network=none npm ci`],
  [
    'several lines',
    'RUN npm ci && \\\n  # why\n  npm test',
    [token],
    `RUN ${flag} \\\n  npm ci && \\\n  # why\n  npm test`,
  ],
  ['keyword alone', 'RUN \\\n  # why\n  npm ci', [token], `RUN ${flag} \\\n  # why\n  npm ci`],
  ['two secrets', 'RUN npm ci', [token, key], `RUN ${flag} \\\n    ${keyFlag} \\\n    npm ci`],
  ['the same secret twice', 'RUN npm ci', [token, token], `RUN ${flag} npm ci`],
  ['exec form', 'RUN ["npm", "ci"]', [token], `RUN ${flag} ["npm", "ci"]`],
  ['heredoc', 'RUN <<EOF\nnpm ci\nEOF', [token], `RUN ${flag} <<EOF\nnpm ci\nEOF`],
  ['double dash', 'RUN -- --x', [token], `RUN ${flag} -- --x`],
  ['ONBUILD', 'ONBUILD RUN npm ci', [token], `ONBUILD RUN ${flag} npm ci`],
  ['a mount that is there', `RUN ${flag} npm ci`, [token], `RUN ${flag} npm ci`],
  [
    'an optional mount that is there',
    'RUN --mount=type=secret,id=TOKEN,env=TOKEN x',
    [token],
    'RUN --mount=type=secret,id=TOKEN,env=TOKEN x',
  ],
  ['no command', 'RUN', [token, key], 'RUN'],
])('secrets as variables: %s', (_name, command, mounts, expected) => {
  expect(mounted(command, mounts)).toEqual({ text: expected, problems: [] });
});

test('in a build all mounts stay on the line of the keyword', () => {
  expect(mounted('RUN a && \\\n  b', [token, key], { keepLines: true }).text).toBe(
    `RUN ${flag} ${keyFlag} a && \\\n  b`,
  );
});

test('newline, escape and indentation of the instruction are used', () => {
  const source = '# escape=`\r\nFROM scratch\r\nRUN a `\r\n\tb\r\n';
  const change = { kind: 'mount' as const, instruction: 1, mount: token };
  const { text } = applyChanges(parseDockerfile(source), [change], { secretEnv: true, keepLines: false });
  expect(text).toBe(`# escape=\`\r\nFROM scratch\r\nRUN ${flag} \`\r\n\ta \`\r\n\tb\r\n`);
});

test('a secret as a file has its target, and its mode when one is asked for', () => {
  const npmrc = { id: 'npmrc', secret: 'npmrc', target: '/root/.npmrc' };
  expect(mounted('RUN npm ci', [npmrc]).text).toBe(
    'RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci',
  );
  expect(mounted('RUN npm ci', [{ ...npmrc, mode: 0o444 }], { secretEnv: false }).text).toBe(
    'RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true,mode=0444 npm ci',
  );
});

test.each(['plain', 'a,b', 'a b', 'say "x"', "it's", 'back\\slash'])(
  'an odd id survives the flag and its CSV: %s',
  (id) => {
    const [run] = parseDockerfile(
      `FROM scratch\nRUN ${mountFlag({ id, secret: 'X', env: 'X' })} x\n`,
    ).instructions.slice(1);
    expect(run!.flags).toHaveLength(1);
    expect(Object.fromEntries(mountFields(run!.flags[0]!))).toEqual({ type: 'secret', id, env: 'X', required: 'true' });
    expect(run!.text).toBe('x');
  },
);

test('only a RUN can mount', () => {
  expect(mounted('ENV A=1', [token])).toEqual({ text: 'ENV A=1', problems: ['only a RUN can mount a secret'] });
});

test.each([
  ['among the changes', 'RUN x', [token, { ...key, env: 'TOKEN' }], `RUN ${flag} x`],
  [
    'with a mount that is there',
    'RUN --mount=type=secret,id=own,env=TOKEN x',
    [token],
    'RUN --mount=type=secret,id=own,env=TOKEN x',
  ],
])('two secrets for one variable are a problem: %s', (_name, command, mounts, expected) => {
  expect(mounted(command, mounts)).toEqual({
    text: expected,
    problems: ['two secrets cannot both be mounted as TOKEN'],
  });
});

const fileFlag = '--mount=type=secret,id=TOKEN,required=true,mode=0444';
const keyFileFlag = '--mount=type=secret,id=KEY,required=true,mode=0444';
const read = 'TOKEN="$(cat /run/secrets/TOKEN)" && export TOKEN || exit 1';
const readBoth = 'TOKEN="$(cat /run/secrets/TOKEN)" && KEY="$(cat /run/secrets/KEY)" && export TOKEN KEY || exit 1';

test.each([
  ['shell form', 'RUN npm ci; npm test', [token], `RUN ${fileFlag} ${read}; npm ci; npm test`],
  ['two variables', 'RUN x', [token, key], `RUN ${fileFlag} ${keyFileFlag} ${readBoth}; x`],
  ['flags that are there', 'RUN --network=none x', [token], `RUN ${fileFlag} --network=none ${read}; x`],
  ['several lines', 'RUN \\\n  # why\n  a | \\\n  b', [token], `RUN ${fileFlag} \\\n  # why\n  ${read}; a | \\\n  b`],
  ['heredoc', 'RUN <<EOF\n# why\nnpm ci\nEOF', [token], `RUN ${fileFlag} <<EOF\n${read}; # why\nnpm ci\nEOF`],
  [
    'heredoc with a shell',
    'RUN <<EOF\n#!/usr/bin/env bash\nx\nEOF',
    [token],
    `RUN ${fileFlag} <<EOF\n#!/usr/bin/env bash\n${read}; x\nEOF`,
  ],
  [
    'heredoc as input',
    'RUN cat <<EOF > /x\n$TOKEN\nEOF',
    [token],
    `RUN ${fileFlag} ${read}; cat <<EOF > /x\n$TOKEN\nEOF`,
  ],
  ['ONBUILD', 'ONBUILD RUN x', [token], `ONBUILD RUN ${fileFlag} ${read}; x`],
  [
    'exec form',
    'RUN [ "npm", "ci" ]',
    [token],
    `RUN ${fileFlag} ["/bin/sh", "-c", "TOKEN=\\"$(cat /run/secrets/TOKEN)\\" && export TOKEN && exec \\"$@\\"", "sh",  "npm", "ci" ]`,
  ],
  [
    'an id that is no file name',
    'RUN x',
    [{ ...token, id: 'a b' }],
    `RUN --mount='type=secret,id=a b,target=/run/secrets/a_b,required=true,mode=0444' TOKEN="$(cat /run/secrets/a_b)" && export TOKEN || exit 1; x`,
  ],
  [
    'one secret as two variables',
    'RUN x',
    [token, { ...token, env: 'OTHER' }],
    `RUN ${fileFlag} TOKEN="$(cat /run/secrets/TOKEN)" && OTHER="$(cat /run/secrets/TOKEN)" && export TOKEN OTHER || exit 1; x`,
  ],
])('a frontend without env= reads files: %s', (_name, command, mounts, expected) => {
  expect(mounted(command, mounts, { secretEnv: false, keepLines: true })).toEqual({ text: expected, problems: [] });
});

test('on lines of its own, the statement ends with its semicolon before the escape', () => {
  expect(mounted('RUN a && \\\n    b', [token], { secretEnv: false }).text).toBe(
    `RUN ${fileFlag} \\\n    ${read}; \\\n    a && \\\n    b`,
  );
  expect(mounted('RUN <<EOF\nx\nEOF', [token], { secretEnv: false }).text).toBe(
    `RUN ${fileFlag} \\\n    <<EOF\n${read}\nx\nEOF`,
  );
});

test.each<[string, string, RegExp, SecretMount?]>([
  ['another program', 'RUN <<EOF\n#!/usr/bin/env python3\nx\nEOF', /no shell script/],
  ['powershell', 'SHELL ["powershell", "-Command"]\nRUN x', /SHELL/],
  ['cmd', 'SHELL ["cmd", "/S", "/C"]\nRUN x', /SHELL/],
  ['a name with a dash', 'RUN x', /name/, { ...token, env: 'MY-TOKEN' }],
])(
  'where no shell could read the file it is a problem, and nothing is changed: %s',
  (_name, command, problem, mount = token) => {
    const { text, problems } = mounted(command, [mount], { secretEnv: false });
    expect(text).toBe(command);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  },
);

test('a SHELL that ends in a POSIX shell can', () => {
  const command = 'SHELL ["conda", "run", "-n", "env", "/bin/bash", "-c"]\nRUN x';
  expect(mounted(command, [token], { secretEnv: false, keepLines: true })).toEqual({
    text: `SHELL ["conda", "run", "-n", "env", "/bin/bash", "-c"]\nRUN ${fileFlag} ${read}; x`,
    problems: [],
  });
});
