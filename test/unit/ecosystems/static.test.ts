import { describe, expect, test } from '@jest/globals';
import { runtimeOf, splitProject, splitText } from './split-project.ts';

const files = { 'package.json': '{}', 'package-lock.json': '' };

const dockerfile = `FROM node:22
WORKDIR /app
COPY package*.json ./
RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci
COPY . .
RUN npm run build && npm install -g serve
EXPOSE 3000
CMD ["serve", "-s", "build", "-l", "3000"]
`;

test('the folder goes onto nginx, which listens on the same port without root', () => {
  const runtime = runtimeOf(splitText(dockerfile, files));
  expect(
    runtime.startsWith(`FROM nginx:stable-alpine
USER 101:101
WORKDIR /app
EXPOSE 3000
COPY --from=build /app/build /app/build
COPY <<'EOF' /etc/nginx/nginx.conf
`),
  ).toBe(true);
  expect(runtime).toContain('    listen 3000;\n');
  expect(runtime).toContain('    root /app/build;\n');
  expect(runtime).toContain('location / { try_files $uri /index.html; }');
  expect(runtime.endsWith('EOF\nCMD ["nginx", "-g", "daemon off;"]\n')).toBe(true);
  expect(runtime).not.toMatch(/npm|"serve"/);
});

test('without -s what is no file is not found', () => {
  const runtime = runtimeOf(splitText(dockerfile.replace('"-s", ', ''), files));
  expect(runtime).toContain('location / { try_files $uri $uri.html $uri/index.html =404; }');
  expect(runtime).toContain('error_page 404 /404.html;');
});

test('http-server redirects to folders, and its -s has another meaning', () => {
  const other = dockerfile.replace('["serve", "-s", "build", "-l", "3000"]', 'npx http-server dist -s -p 8080');
  const runtime = runtimeOf(splitText(other, { ...files, 'serve.json': '{}' }));
  expect(runtime).toContain('listen 8080;');
  expect(runtime).toContain('location / { try_files $uri $uri/ $uri.html =404; }');
  expect(runtime).toContain('COPY --from=build /app/dist ');
  expect(runtime).not.toContain('gzip');
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['syntax', `# syntax=docker/dockerfile:1.3\n${dockerfile}`],
    ['base-image', dockerfile.replace('node:22', 'debian')],
    ['base-image', dockerfile.replace('node:22', `node:22@sha256:${'0'.repeat(64)}`)],
    ['port', dockerfile.replace(', "-l", "3000"', '')],
    ['port', dockerfile.replace('"3000"]', '"unix:/x"]')],
    ['artifact', dockerfile.replace('"build", ', '')],
    ['port', dockerfile.replace('"3000"]', '"tcp://127.0.0.1:3000"]')],
    ['server-options', dockerfile.replace('"-s"', '"--ssl-cert"')],
    ['server-options', dockerfile.replace('["serve", "-s"', '["http-server", "--single"')],
    ['server-options', dockerfile.replace('EXPOSE', 'ENV NODE_HTTP_SERVER_PASSWORD=x\nEXPOSE')],
    ['healthcheck', dockerfile.replace('EXPOSE', 'HEALTHCHECK CMD curl localhost\nEXPOSE')],
  ])('%s', (refused, text) => {
    expect(splitProject(text, files)).toMatchObject({ refused });
  });

  test('settings of serve', () => {
    for (const path of ['serve.json', 'public/serve.json']) {
      expect(splitProject(dockerfile, { ...files, [path]: '{}' })).toMatchObject({ refused: 'server-options' });
    }
    expect(splitProject(dockerfile, { ...files, 'node_modules/x/serve.json': '{}' })).toHaveProperty('text');
  });
});
