import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { splitStages, templateUrl } from '../../../src/ecosystems/index.ts';

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
RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci
COPY . .
RUN npm run build && rm -rf src
LABEL org.example.team="web"
EXPOSE 3000
HEALTHCHECK CMD node health.js
STOPSIGNAL SIGINT
CMD ["npm", "start"]

RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm prune --omit=dev

FROM node:\${NODE_VERSION}-slim
ENV NODE_OPTIONS="--max-old-space-size=512" \\
    PORT=3000
WORKDIR /app
LABEL org.example.team="web"
EXPOSE 3000
HEALTHCHECK CMD node health.js
STOPSIGNAL SIGINT
COPY --from=build --chown=node:node /app /app
USER node
CMD ["npm", "start"]
`);
});

test('the user’s own USER stays, and files stay with whom they were', () => {
  const asNode = single.replace('COPY . .', 'COPY --chown=node:node . .').replace('EXPOSE', 'USER node\nEXPOSE');
  const given = textOf(split(asNode));
  expect(given).toContain('USER root\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm prune');
  expect(given).toContain('COPY --from=build --chown=node:node /app /app\nUSER node\nEXPOSE 3000');
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

test('yarn and pnpm prune in their own way, and another base image gets a user by number', () => {
  const yarn = single.replace('npm ci', 'yarn install --frozen-lockfile').replace('node:', 'example.com/node:');
  const text = textOf(split(yarn, ['package.json', 'yarn.lock']));
  expect(text).toContain('yarn install --production --frozen-lockfile');
  expect(text).toContain('USER 1000:1000');
  const pnpm = single.replace('npm ci', 'corepack enable').replace('COPY . .', 'RUN pnpm i\nCOPY . .');
  expect(split(pnpm, ['package.json', 'pnpm-lock.yaml'])).toHaveProperty('refused', 'system-step');
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
    ['system-step', single.replace('RUN npm run build', 'RUN apt-get update\nRUN npm run build')],
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
