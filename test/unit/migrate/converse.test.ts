import { expect, test } from '@jest/globals';
import { withTempDir } from '../../helpers/docker.ts';
import { writeProject } from '../build/project.ts';
import { projectIn, type Talk, talk, token } from './project.ts';

const runtimeKey = `FROM node:20\nENV API_KEY=${token}\nCMD ["node", "x.js"]\n`;

async function talkAbout(
  files: Readonly<Record<string, string>>,
  replies: readonly string[],
  editor?: (text: string) => string,
): Promise<Talk> {
  return withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    return talk(await projectIn(cwd), replies, editor === undefined ? {} : { editor });
  });
}

test('one finding at a time: its line, the reason, the edit as a diff; no value is shown', async () => {
  const { migration, shown, asked } = await talkAbout(
    {
      Dockerfile: 'FROM node:20\nARG NPM_TOKEN\nRUN curl -H "$NPM_TOKEN" https://example.com/\nCOPY . .\n',
      '.env': `NPM_TOKEN=${token}\n`,
    },
    ['apply', 'apply', ''],
  );
  expect(asked).toEqual([
    'Mount NPM_TOKEN on the RUNs that use it, and remove the ARG.',
    'Leave .env out of the build context.',
    'Take them from there?',
  ]);
  expect(shown).toContain('  NPM_TOKEN  .env line 1\n');
  expect(shown).toContain('1/2  Dockerfile:2  arg-secret\n  2 │ ARG NPM_TOKEN\n');
  expect(shown).toContain("ARG NPM_TOKEN writes a secret into the image's history.");
  expect(shown).toContain('\n-ARG NPM_TOKEN\n');
  expect(shown).toContain('\n+.env\n');
  expect(shown).not.toContain(token);
  expect(migration?.draft.dockerfile).not.toContain('ARG');
  expect(migration?.draft.ignore).toBe('.env\n');
});

test('what is skipped stays, and is not asked again', async () => {
  const { migration } = await talkAbout(
    {
      Dockerfile: 'FROM node:20\nARG NPM_TOKEN\nRUN curl $NPM_TOKEN\nCOPY . .\n',
      '.env': `NPM_TOKEN=${token}\n`,
    },
    ['skip', 'apply'],
  );
  expect(migration?.draft.dockerfile).toContain('ARG NPM_TOKEN');
  expect(migration?.draft.ignore).toBe('.env\n');
});

test('the one question is asked once, and its answer kept', async () => {
  const { migration, asked, shown } = await talkAbout({ Dockerfile: runtimeKey }, ['runtime', 'apply']);
  expect(asked[0]).toBe('Who needs API_KEY?');
  expect(migration?.draft.dockerfile).toBe('FROM node:20\nCMD ["node", "x.js"]\n');
  expect([...(migration?.draft.answers.secrets ?? [])]).toEqual([['API_KEY', { needed: 'runtime' }]]);
  expect(shown).not.toContain(token);
});

test('the question about a file is told from that about a secret', async () => {
  const { migration, asked } = await talkAbout(
    {
      Dockerfile: 'FROM node:20\nCOPY secrets.json ./\nCMD ["node", "x.js"]\n',
      'secrets.json': `{"apiKey":"${token}"}`,
    },
    ['never', 'apply'],
  );
  expect(asked[0]).toBe('Who needs secrets.json?');
  expect(migration?.draft.dockerfile).toBe('FROM node:20\nCMD ["node", "x.js"]\n');
  expect([...(migration?.draft.answers.files ?? [])]).toEqual([['secrets.json', 'never']]);
});

test('a name that is no secret is left, with the reason', async () => {
  const { migration } = await talkAbout({ Dockerfile: runtimeKey }, ['no-secret', 'a key of the demo']);
  expect(migration?.draft.dockerfile).toBe(runtimeKey);
  expect([...(migration?.draft.answers.secrets ?? [])]).toEqual([
    ['API_KEY', { kind: 'setting', reason: 'a key of the demo' }],
  ]);
});

test('a file that is no secret is left where it is, and that is remembered', async () => {
  const Dockerfile = 'FROM node:20\nCOPY secrets.json ./\nCMD ["node", "x.js"]\n';
  const { migration, shown } = await talkAbout({ Dockerfile, 'secrets.json': `{"apiKey":"${token}"}` }, ['no-secret']);
  expect(migration?.draft.dockerfile).toBe(Dockerfile);
  expect([...(migration?.draft.answers.files ?? [])]).toEqual([['secrets.json', 'image']]);
  expect(shown).not.toContain(token);
});

test('an explanation is followed by the same question', async () => {
  const { shown, asked } = await talkAbout({ Dockerfile: runtimeKey }, ['explain', 'skip']);
  expect(asked).toEqual(['Who needs API_KEY?', 'Who needs API_KEY?']);
  expect(shown).toContain('docker inspect');
});

test('what no answer settles is told with its remedy', async () => {
  const { migration, asked, shown } = await talkAbout(
    { Dockerfile: `FROM node:20\nARG NPM_TOKEN\nLABEL token=$NPM_TOKEN\nRUN npm ci\n` },
    ['skip'],
  );
  expect(asked).toEqual(['No edit can mend this without you.']);
  expect(shown).toContain('line 3');
  expect(migration?.draft.dockerfile).toContain('ARG NPM_TOKEN');
});

test('who quits gets nothing', async () => {
  expect((await talkAbout({ Dockerfile: runtimeKey }, ['quit'])).migration).toBeUndefined();
});

test('a file that no step needs is mounted on none', async () => {
  const files = {
    Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n',
    '.npmrc': `//npm.example.com/:_authToken=${token}\n`,
  };
  const { migration } = await talkAbout(files, ['never', 'apply']);
  expect(migration?.draft.dockerfile).toBe(files.Dockerfile);
  expect(migration?.draft.ignore).toBe('.npmrc\n');
});

const splittable = {
  Dockerfile: `FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "x.js"]
`,
  'package.json': '{"name":"x","version":"1.0.0"}',
  'package-lock.json': '{"name":"x","version":"1.0.0","lockfileVersion":3,"packages":{"":{}}}',
  'x.js': '',
};

test('a split is offered where a template fits, and is the last thing', async () => {
  const files = { ...splittable, '.env': `NPM_TOKEN=${token}\n` };
  const { migration, asked } = await talkAbout(files, ['apply', 'always']);
  expect(asked).toEqual([
    'Leave .env out of the build context.',
    'Split the Dockerfile into a build and a runtime stage?',
  ]);
  expect(migration?.draft.dockerfile.match(/^FROM /gm)).toHaveLength(2);
  expect((await talkAbout(files, ['apply', 'when-needed'])).migration?.draft.dockerfile).toBe(files.Dockerfile);
});

test('where nothing else is to be done, a split is offered only on request', async () => {
  expect((await talkAbout(splittable, [])).asked).toEqual([]);
  await withTempDir(async (cwd) => {
    await writeProject(cwd, splittable);
    expect((await talk(await projectIn(cwd), ['always'], { offersSplit: true })).migration?.split).toBe(true);
  });
});

const usesToken = {
  Dockerfile: 'FROM node:20\nARG NPM_TOKEN\nENV LANG=C\nRUN curl -H "$NPM_TOKEN" https://example.com/\n',
  '.env': `NPM_TOKEN=${token}\n`,
};

test('a proposed edit can be changed in an editor, and is taken as it was changed', async () => {
  const editor = (text: string) => text.replace(',required=true', '');
  const { migration } = await talkAbout(usesToken, ['edit', ''], editor);
  expect(migration?.draft.dockerfile).toBe(
    'FROM node:20\nENV LANG=C\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN curl -H "$NPM_TOKEN" https://example.com/\n',
  );
  expect(migration?.mounts).toEqual([{ id: 'NPM_TOKEN', secret: 'NPM_TOKEN', env: 'NPM_TOKEN' }]);
});

test('what was accepted before an edit is in it, and what comes after it is asked about the edited text', async () => {
  const files = { ...usesToken, Dockerfile: `${usesToken.Dockerfile}ARG CI_TOKEN\nRUN curl $CI_TOKEN\nCOPY . .\n` };
  const { migration, shown } = await talkAbout(
    files,
    ['apply', 'edit', 'apply', ''],
    (text) => `# ours\n${text.replace('curl $CI_TOKEN', 'curl --silent $CI_TOKEN')}`,
  );
  expect(shown).toMatch(/1\/3 [\s\S]*2\/3 [\s\S]*3\/3 /);
  expect(migration?.draft.dockerfile).toMatch(/^# ours\nFROM node:20\nENV LANG=C\nRUN --mount=.*id=NPM_TOKEN/);
  expect(migration?.draft.dockerfile).toMatch(/id=CI_TOKEN.* curl --silent \$CI_TOKEN\nCOPY . .\n$/);
  expect(migration?.draft.ignore).toBe('.env\n');
});

test('an edit in which the rule still finds something is told, and can be made again, kept or dropped', async () => {
  const back = (text: string) => text.replace('ENV LANG=C', 'ARG NPM_TOKEN\nENV LANG=C');
  const dropped = await talkAbout(usesToken, ['edit', 'back', 'skip'], back);
  expect(dropped.shown).toContain("arg-secret still finds it: ARG NPM_TOKEN writes a secret into the image's history.");
  expect(dropped.migration?.draft.dockerfile).toBe(usesToken.Dockerfile);
  const kept = await talkAbout(usesToken, ['edit', 'keep', ''], back);
  expect(kept.migration?.draft.dockerfile).toContain('\nARG NPM_TOKEN\n');
  let calls = 0;
  const mend = (text: string) => (calls++ === 0 ? back(text) : text.replace('ARG NPM_TOKEN\n', '# none\n'));
  const again = await talkAbout(usesToken, ['edit', 'again', ''], mend);
  expect(again.migration?.draft.dockerfile).toContain('FROM node:20\n# none\nENV LANG=C\n');
});

test('what is no Dockerfile is not taken', async () => {
  const { migration, shown, asked } = await talkAbout(usesToken, ['edit', 'back', 'apply', ''], () => 'nothing\n');
  expect(asked).toContain('What now?');
  expect(shown).toContain('line 1');
  expect(migration?.draft.dockerfile).toMatch(/^FROM node:20\nENV LANG=C\nRUN --mount/);
});

test('without an editor the changed lines are offered one by one, and no line that holds a value', async () => {
  const line = 'RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN curl "$NPM_TOKEN" https://example.com/';
  const { migration, asked } = await talkAbout(usesToken, ['edit', line, '']);
  expect(asked.filter((message) => message.startsWith('Line'))).toHaveLength(1);
  expect(migration?.draft.dockerfile).toBe(`FROM node:20\nENV LANG=C\n${line}\n`);
  const Dockerfile = usesToken.Dockerfile.replace('-H "', `-u ci:${token} -H "`);
  const { shown } = await talkAbout({ ...usesToken, Dockerfile }, ['edit', 'skip', 'skip']);
  expect(shown).not.toContain(token);
});

test('a secret can be taken from a store; a pasted value is neither taken nor shown', async () => {
  const { migration, shown } = await talkAbout(usesToken, [
    'apply',
    'NPM_TOKEN',
    token,
    `vault://ci/${token}#x`,
    'vault://ci/npm#token',
    '',
  ]);
  expect([...(migration?.draft.answers.secrets ?? [])]).toEqual([['NPM_TOKEN', { from: 'vault://ci/npm#token' }]]);
  expect(shown).toContain('That is no reference.');
  expect(shown).toContain('  NPM_TOKEN  vault://ci/npm#token\n');
  expect(shown).not.toContain(token);
});

test('who never wants a split is not asked by the next run', async () => {
  const { migration } = await talkAbout({ ...splittable, '.env': `NPM_TOKEN=${token}\n` }, ['apply', 'never']);
  expect(migration?.split).toBe(false);
  expect(migration?.draft.answers.multiStage).toBe('never');
  const files = { ...splittable, '.env': `NPM_TOKEN=${token}\n`, 'safebuild.yaml': 'multi-stage: never\n' };
  expect((await talkAbout(files, ['apply'])).asked).toHaveLength(1);
});

test('a pipeline that builds the Dockerfile is changed as it was shown, by choice with docker', async () => {
  const pipeline = '.github/workflows/image.yml';
  const text = 'jobs:\n  a:\n    steps:\n      - run: docker build --build-arg NPM_TOKEN=$NPM_TOKEN .\n';
  const files = { ...usesToken, [pipeline]: text };
  const { migration, shown, asked } = await talkAbout(files, ['apply', '', 'safebuild']);
  expect(asked.at(-1)).toBe('.github/workflows/image.yml builds this Dockerfile. Change it?');
  expect(shown).toContain('+      - run: safebuild build --secret id=NPM_TOKEN,env=NPM_TOKEN .\n');
  expect(migration?.pipelines).toEqual([
    expect.objectContaining({
      before: text,
      after: text.replace(/docker build.*/, 'safebuild build --secret id=NPM_TOKEN,env=NPM_TOKEN .'),
    }),
  ]);
  const docker = await talkAbout(files, ['apply', '', 'docker']);
  expect(docker.migration?.pipelines[0]?.after).toContain('run: docker build --secret id=NPM_TOKEN,env=NPM_TOKEN .\n');
  expect((await talkAbout(files, ['apply', '', 'no'])).migration?.pipelines).toEqual([]);
  expect((await talkAbout(files, ['skip'])).asked).toHaveLength(1);
});
