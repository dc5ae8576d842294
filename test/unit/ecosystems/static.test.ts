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
COPY --from=build /app/build /usr/share/nginx/html
COPY <<'EOF' /etc/nginx/nginx.conf
`),
  ).toBe(true);
  expect(runtime).toContain('    listen 3000;\n');
  expect(runtime).toContain('try_files $uri $uri.html $uri/index.html /index.html;');
  expect(runtime.endsWith('EOF\nCMD ["nginx", "-g", "daemon off;"]\n')).toBe(true);
  expect(runtime).not.toMatch(/npm|"serve"/);
});

test('without -s what is no file is not found; http-server is the same', () => {
  const other = dockerfile.replace('["serve", "-s", "build", "-l", "3000"]', 'npx http-server dist -p 8080');
  const runtime = runtimeOf(splitText(other, files));
  expect(runtime).toContain('listen 8080;');
  expect(runtime).toContain('$uri/index.html =404;');
  expect(runtime).toContain('COPY --from=build /app/dist ');
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['syntax', `# syntax=docker/dockerfile:1.3\n${dockerfile}`],
    ['base-image', dockerfile.replace('node:22', 'debian')],
    ['base-image', dockerfile.replace('node:22', `node:22@sha256:${'0'.repeat(64)}`)],
    ['port', dockerfile.replace(', "-l", "3000"', '')],
    ['port', dockerfile.replace('"3000"]', '"unix:/x"]')],
    ['artifact', dockerfile.replace('"build", ', '')],
    ['server-options', dockerfile.replace('"-s"', '"--ssl-cert"')],
    ['healthcheck', dockerfile.replace('EXPOSE', 'HEALTHCHECK CMD curl localhost\nEXPOSE')],
  ])('%s', (refused, text) => {
    expect(splitProject(text, files)).toMatchObject({ refused });
  });

  test('settings of serve', () => {
    expect(splitProject(dockerfile, { ...files, 'serve.json': '{}' })).toMatchObject({ refused: 'server-options' });
  });
});
