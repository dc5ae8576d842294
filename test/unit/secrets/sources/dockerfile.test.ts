import { expect, test } from '@jest/globals';
import { parseDockerfile } from '../../../../src/dockerfile/index.ts';
import { literalsIn, namesInDockerfile } from '../../../../src/secrets/sources/dockerfile.ts';

const value = 'not-a-secret-7f3a91c2d4e8';
const github = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

function found(text: string): [name: string, value: string, line: number | undefined][] {
  return literalsIn(parseDockerfile(`FROM scratch\n${text}\n`)).map(({ secret }) => [
    secret.name,
    secret.reveal().toString(),
    secret.origin.line,
  ]);
}

test('the name of a variable is no value', () => {
  expect(found('ARG API_TOKEN\nRUN tool login --token-env API_TOKEN')).toEqual([]);
  expect(found('RUN tool login --token-env API_TOKEN')).not.toEqual([]);
});

test.each<[text: string, name: string, value: string]>([
  [`ENV API_KEY=${value}`, 'API_KEY', value],
  [`ENV API_KEY ${value}`, 'API_KEY', value],
  [`ENV PORT=3000 API_KEY="${value}"`, 'API_KEY', value],
  [`ARG NPM_TOKEN=${value}`, 'NPM_TOKEN', value],
  [`LABEL com.example.token=${value}`, 'com.example.token', value],
  [`ONBUILD ENV API_KEY=${value}`, 'API_KEY', value],
  [
    `ENV DATABASE_URL=postgres://app:${value}@db.example.com/app`,
    'DATABASE_URL',
    `postgres://app:${value}@db.example.com/app`,
  ],
  ['ENV AWS_ACCESS_KEY_ID=AKIAQ7ZT2LMX5VB4NK6S', 'AWS_ACCESS_KEY_ID', 'AKIAQ7ZT2LMX5VB4NK6S'],
  [`ENV FOO=${github}`, 'FOO', github],
  [`RUN git clone https://user:${value}@git.example.com/a.git`, 'URL_PASSWORD_LINE_2', value],
  [`RUN git clone https://${github}@git.example.com/a.git`, 'GITHUB_TOKEN_LINE_2', github],
  [`ADD https://user:${value}@files.example.com/a.tgz /`, 'URL_PASSWORD_LINE_2', value],
  [`RUN export API_KEY=${value} && make`, 'API_KEY', value],
  [`RUN echo "//npm.example.com/:_authToken=${value}" > .npmrc`, '_authToken', value],
  [`RUN curl -H "Authorization: Bearer ${value}" https://api.example.com`, 'HEADER_TOKEN_LINE_2', value],
  [`RUN curl -fsS -u user:${value} https://api.example.com`, 'CURL_PASSWORD_LINE_2', value],
  [`RUN tool --api-key ${value}`, 'PASSWORD_LINE_2', value],
  [`RUN tool --password=${value}`, 'PASSWORD_LINE_2', value],
  [`RUN docker login -u user -p ${value} registry.example.com`, 'LOGIN_PASSWORD_LINE_2', value],
  [`RUN echo 'root:${value}' | chpasswd`, 'LOGIN_PASSWORD_LINE_2', value],
  [`RUN echo ${github} > /token`, 'GITHUB_TOKEN_LINE_2', github],
  [`RUN <<EOT\nexport API_KEY=${value}\nEOT`, 'API_KEY', value],
  [`COPY <<EOT /app/.env\nAPI_KEY=${value}\nEOT`, 'API_KEY', value],
])('%s holds a secret', (text, name, expected) => {
  expect(found(text)).toEqual([[name, expected, expect.any(Number)]]);
});

test('a private key is found through line ends of a shell', () => {
  const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
  const [[name, text] = []] = found(
    `RUN echo "-----BEGIN PRIVATE KEY-----\\n\\\n${body}\\n\\\n-----END PRIVATE KEY-----" > /key`,
  );
  expect(name).toBe('PRIVATE_KEY_LINE_2');
  expect(text).toContain(body);
});

test.each([
  'ENV API_KEY=',
  'ARG NPM_TOKEN',
  'ENV API_KEY=$API_KEY',
  `ENV API_KEY=\${API_KEY:-}`,
  `ENV DATABASE_URL=postgres://app:\${DB_PASSWORD}@db/app`,
  'ENV API_KEY=changeme',
  'ENV API_KEY=xxx',
  'ENV API_KEY="<token>"',
  'ENV API_KEY=your-api-key-here',
  'ENV POSTGRES_PASSWORD=postgres',
  'ENV MYSQL_ROOT_PASSWORD=root',
  'ENV ALLOW_EMPTY_PASSWORD=yes',
  'ENV GPG_KEY A035C8C19219BA821ECEA86B64E628F8D684696D',
  'ENV NODE_SHA256=7f3a91c2d4e8b5a6079f3c1e2d4b6a8890f1e2d37f3a91c2d4e8b5a6079f3c1e',
  'ARG NEXT_PUBLIC_API_KEY=abc123def456ghi789',
  'ENV DB_PASSWORD_FILE=/run/secrets/db_password',
  'LABEL org.opencontainers.image.revision=7f3a91c2d4e8b5a6079f3c1e2d4b6a8890f1e2d3',
  'RUN --mount=type=secret,id=API_KEY,env=API_KEY make',
  `RUN npm config set //npm.example.com/:_authToken=\${NPM_TOKEN}`,
  `RUN git clone https://x-access-token:\${TOKEN}@git.example.com/a.git`,
  'RUN git clone https://git@git.example.com/a.git',
  'RUN export TOKEN=$(cat /run/secrets/token) && make',
  'RUN token=$TOKEN make',
  'RUN curl -H "Authorization: Bearer $TOKEN" https://api.example.com',
  'RUN npm install -g @scope/pkg@1.2.3 && pip install requests==2.31.0',
  'RUN apt-key adv --keyserver hkps://keys.example.com --recv-keys A035C8C19219BA821ECEA86B64E628F8D684696D',
  'RUN echo "7f3a91c2d4e8b5a6079f3c1e2d4b6a8890f1e2d37f3a91c2d4e8b5a6079f3c1e  file" | sha256sum -c -',
  `RUN printf 'index-url = https://ci:%s@pypi.example.com/' "$TOKEN" > /etc/pip.conf`,
  'RUN useradd --password "" app && tool --token-file /run/secrets/token',
  'RUN python -c "token = client.login()"',
  'RUN tool --credentials credentials.json --api-key YOUR_API_KEY_GOES_HERE',
  'RUN tool --password-stdin < /run/secrets/p && ssh-keygen -t rsa',
  'CMD ["node", "--max-old-space-size=4096", "server.js"]',
])('%s holds none', (text) => {
  expect(found(text)).toEqual([]);
});

test('the range of a literal is where it stands', () => {
  const dockerfile = parseDockerfile(`FROM scratch\nENV A=1 API_KEY="${value}"\nRUN tool --password=${value}x\n`);
  const texts = literalsIn(dockerfile).map(({ range }) => dockerfile.source.slice(range.start, range.end));
  expect(texts).toEqual([`"${value}"`, `${value}x`]);
});

test('every name that the Dockerfile speaks of is known', () => {
  const text = `FROM scratch\nARG A\nENV B=$C D=\${E:-x}\nRUN --mount=type=secret,id=F,env=G echo $H\nONBUILD ARG I\n`;
  expect([...namesInDockerfile(parseDockerfile(text))].sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I']);
});

test.each(['LABEL build.id', 'ENV BUILD_ID', 'ARG REVISION'])(
  'random text under the neutral name of %s is no secret',
  (head) => {
    const text = `FROM scratch\n${head}=1b4e28ba-2fa1-4d3b-883f-0016d3cca427\n`;
    expect(literalsIn(parseDockerfile(text))).toEqual([]);
  },
);
