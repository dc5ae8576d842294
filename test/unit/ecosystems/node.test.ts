import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { splitStages, templateUrl } from '../../../src/ecosystems/split.ts';

const manifest = {
  scripts: { build: 'tsc', start: 'node dist/server.js', dev: 'ts-node src/server.ts', serve: 'next start' },
  dependencies: { next: '1' },
  devDependencies: { 'ts-node': '1' },
};

const single = `# syntax is the engine's own
ARG NODE_VERSION=20
FROM node:\${NODE_VERSION}-slim
ENV NODE_OPTIONS="--max-old-space-size=512" \\
    PORT=3000
WORKDIR /app
COPY package*.json .npmrc ./
RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci
COPY . .
RUN npm run build && rm -rf src
LABEL org.example.team="web"
EXPOSE 3000
HEALTHCHECK CMD node health.js
STOPSIGNAL SIGINT
CMD ["npm", "start"]
`;

function split(
  text: string,
  paths: readonly string[] = ['package.json', 'package-lock.json'],
  json: object = manifest,
) {
  const read = (path: string) => (path === 'package.json' ? JSON.stringify(json) : undefined);
  const files = { list: paths, text: read };
  return splitStages(parseDockerfile(text), files, (name) => readFileSync(templateUrl(name), 'utf8'));
}

function textOf(result: ReturnType<typeof split>): string {
  if ('refused' in result) throw new Error(`${result.refused}: ${result.why}`);
  return result.text;
}

test('the build stage is the user’s text, the runtime stage has the finished folder and all settings', () => {
  expect(textOf(split(single))).toBe(`# syntax is the engine's own
ARG NODE_VERSION=20
FROM node:\${NODE_VERSION}-slim AS build
ENV NODE_OPTIONS="--max-old-space-size=512" \\
    PORT=3000
WORKDIR /app
COPY package*.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci
COPY . .
RUN npm run build && rm -rf src
LABEL org.example.team="web"
EXPOSE 3000
HEALTHCHECK CMD node health.js
STOPSIGNAL SIGINT
CMD ["npm", "start"]

RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm prune --omit=dev

FROM node:\${NODE_VERSION}-slim
ENV NODE_OPTIONS="--max-old-space-size=512" \\
    PORT=3000
WORKDIR /app
LABEL org.example.team="web"
EXPOSE 3000
HEALTHCHECK CMD node health.js
STOPSIGNAL SIGINT
COPY --from=build --chown=1000:1000 /app /app
USER 1000:1000
CMD ["npm", "start"]
`);
});

test('the user’s own USER stays, and files stay with whom they were', () => {
  const asNode = single.replace('COPY . .', 'COPY --chown=node:node . .').replace('EXPOSE', 'USER node\nEXPOSE');
  const given = textOf(split(asNode));
  expect(given).toContain('USER root\nRUN --mount=type=cache,target=/root/.npm --mount=type=secret,');
  expect(given).toContain('COPY --from=build --chown=node /app /app\nUSER node\nEXPOSE 3000');
  const ofRoot = textOf(split(single.replace('EXPOSE', 'USER node\nEXPOSE')));
  expect(ofRoot).toContain('COPY --from=build /app /app\nUSER node');
  expect(textOf(split(single.replace('EXPOSE', 'USER root\nEXPOSE')))).not.toContain('--chown');
});

test('the stage keeps its name for --target', () => {
  const named = textOf(split(single.replace('-slim', '-slim AS build')));
  expect(named).toContain('-slim AS build-stage\n');
  expect(named).toContain('COPY --from=build-stage');
  expect(named).toContain('-slim AS build\n');
});

test('an install without development dependencies needs no prune', () => {
  expect(textOf(split(single.replace('npm ci', 'npm ci --omit=dev')))).not.toContain('prune');
});

test('yarn and pnpm prune in their own way, with the cache that they install from', () => {
  const yarn = single.replace('npm ci', 'yarn install --frozen-lockfile').replace('node:', 'example.com/node:');
  const text = textOf(split(yarn, ['package.json', 'yarn.lock']));
  const cache = '--mount=type=cache,target=/usr/local/share/.cache/yarn,sharing=locked';
  expect(text).toContain(
    `RUN ${cache} --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true yarn install --froz`,
  );
  expect(text).toContain(`${cache} --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true yarn install --prod`);
  const pnpm = single.replace('npm ci', 'npm install -g pnpm@9 && pnpm i --frozen-lockfile');
  const files = ['package.json', 'pnpm-lock.yaml'];
  expect(textOf(split(pnpm, files))).toMatch(
    /\n\nRUN --mount=type=cache,target=\/root\/\.local\/share\/pnpm\/store .*CI=true pnpm prune --prod --ignore-scripts\n/,
  );
  expect(textOf(split(pnpm.replace('ENV ', 'ENV PNPM_HOME=/pnpm '), files))).toContain('target=/pnpm/store');
});

test('a package manager that the build brings is not in the runtime stage', () => {
  const files = ['package.json', 'pnpm-lock.yaml'];
  for (const bringing of ['corepack enable', 'corepack enable pnpm', 'npm i -g pnpm']) {
    const pnpm = single.replace('npm ci', `${bringing} && pnpm i`);
    expect(split(pnpm, files)).toHaveProperty('text');
    expect(split(pnpm.replace('["npm"', '["pnpm"'), files)).toMatchObject({ refused: 'start-command' });
  }
});

test('what sets up the system is done again in the runtime stage', () => {
  const text = textOf(split(single.replace('WORKDIR', 'RUN apt-get update && apt-get install -y tini\nWORKDIR')));
  const runtime = text.slice(text.lastIndexOf('FROM'));
  expect(runtime).toContain('PORT=3000\nRUN apt-get update && apt-get install -y tini\nWORKDIR /app\n');
});

test('the keywords of a template are written as those of the file', () => {
  const lower = single.replace(/^[A-Z]+(?= )/gm, (keyword) => keyword.toLowerCase());
  const text = textOf(split(lower));
  expect(text).toContain('-slim as build\n');
  expect(text).not.toMatch(/^(?:FROM|COPY|USER|RUN) /m);
});

test.each([
  ['npm ci && npm cache clean --force'],
  ['npm ci && rm -rf ~/.npm'],
  ['npm ci && rm -rf /root/.npm/*'],
  ['npm ci && rm -rf $HOME/.npm/_cacache'],
])('%s has no cache: it would fail on a mount, or empty it', (install) => {
  expect(textOf(split(single.replace('npm ci', install)))).not.toContain('type=cache');
});

test('what is written into the home folder stays behind, unless it is for the package manager only', () => {
  const login = 'echo "//npm.example.com/:_authToken=$NPM_TOKEN" > ~/.npmrc && npm ci && rm -f ~/.npmrc';
  expect(split(single.replace('npm ci', login))).toHaveProperty('text');
  expect(split(single.replace('npm ci', 'npm ci && node words.js > ~/words'))).toMatchObject({
    refused: 'system-step',
  });
  expect(split(single.replace('npm ci', 'npm ci && cp words ~node/words'))).toMatchObject({ refused: 'system-step' });
});

test('line endings are those of the file', () => {
  const text = textOf(split(single.replaceAll('\n', '\r\n')));
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['one-stage', `${single}FROM alpine\n`],
    ['base-image', single.replace(/FROM .*/, 'FROM alpine')],
    ['onbuild', single.replace('EXPOSE', 'ONBUILD RUN ls\nEXPOSE')],
    ['volume', single.replace('EXPOSE', 'VOLUME /app/data\nEXPOSE')],
    ['workdir', single.replace('WORKDIR /app\n', '')],
    ['install-command', single.replace('npm ci', 'npm install left-pad')],
    ['system-step', single.replace('npm run build', 'apt-get update && npm run build')],
    ['volume', single.replace('EXPOSE', 'VOLUME /data\nEXPOSE')],
    ['path', single.replace('EXPOSE', 'ENV PATH=/app/bin\nEXPOSE')],
    ['shell', single.replace('RUN npm run', 'SHELL ["pwsh", "-c"]\nRUN npm run')],
    ['system-step', single.replace('npm run build', 'npm install -g pm2 && npm run build')],
    ['system-step', single.replace('npm run build', 'mkdir /data && npm run build')],
    ['system-step', single.replace('npm run build', 'npm run build > /etc/build.log')],
    ['system-step', single.replace('npm run build', './build.sh')],
    ['copy-elsewhere', single.replace('COPY . .', 'COPY . .\nCOPY nginx.conf /etc/nginx/')],
    ['start-command', single.replace(/CMD \[.*/, '')],
    ['start-command', single.replace(/CMD \[.*/, 'CMD npm run dev')],
    ['start-command', single.replace(/CMD \[.*/, 'CMD ["node", "-r", "ts-node/register", "a.ts"]')],
    ['start-command', single.replace(/CMD \[.*/, 'CMD ["./start.sh"]')],
  ])('%s', (refused, text) => {
    expect(split(text.replace(/^HEALTHCHECK.*\n/m, ''))).toMatchObject({ refused });
  });

  test('lockfile, yarn 2, ecosystem', () => {
    expect(split(single, ['package.json'])).toMatchObject({ refused: 'lockfile' });
    const yarn = single.replace('npm ci', 'yarn');
    expect(split(yarn, ['package.json', 'yarn.lock', '.yarnrc.yml'])).toMatchObject({ refused: 'yarn-version' });
    expect(split(single, ['mix.exs'])).toMatchObject({ refused: 'ecosystem' });
  });
});

test('a start command of a production dependency is fine', () => {
  expect(split(single.replace(/CMD \[.*/, 'CMD npm run serve'))).toHaveProperty('text');
});

test.each([
  ['CMD npx ts-node health.ts', 'healthcheck'],
  ['--interval=5s CMD ["npm", "run", "dev"]', 'healthcheck'],
  ['CMD node_modules/.bin/ts-node x.ts', 'healthcheck'],
  ['CMD curl -f http://localhost:3000/ || exit 1', undefined],
  ['CMD ["npx", "next", "info"]', undefined],
  ['NONE', undefined],
])('HEALTHCHECK %s needs no development dependency, or is refused', (health, refused) => {
  const result = split(single.replace('CMD node health.js', health));
  expect('refused' in result ? result.refused : undefined).toBe(refused);
});
