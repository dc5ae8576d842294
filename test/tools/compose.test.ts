import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { withTempDir } from '../helpers/docker.ts';
import { compose } from '../helpers/testbed.ts';
import { findingsIn, mended } from '../unit/check/compose-file.ts';
import { value } from '../unit/check/project.ts';

interface Config {
  services: Record<
    string,
    {
      environment?: Record<string, string>;
      secrets?: { source: string; target?: string }[];
      build?: { args?: Record<string, string>; secrets?: { source: string }[] };
      volumes?: { source: string }[];
    }
  >;
  secrets?: Record<string, { environment?: string; file?: string }>;
}

/** What `docker compose config` makes of a file, or what it says against it. */
async function config(text: string, env: Readonly<Record<string, string>> = {}): Promise<Config | string> {
  const [program, ...args] = await compose();
  return withTempDir(async (cwd) => {
    await writeFile(join(cwd, 'compose.yaml'), text);
    const { PATH = '' } = process.env;
    const ended = await execa(program!, [...args, '--project-name=shop', 'config', '--format=json'], {
      cwd,
      // no settings and no files of the machine
      env: { PATH, HOME: cwd, ...env },
      extendEnv: false,
      reject: false,
    });
    return ended.exitCode === 0 ? (JSON.parse(ended.stdout) as Config) : ended.stderr;
  });
}

const files: Readonly<Record<string, string>> = {
  'a map': `services:\n  app:\n    image: example.com/app\n    environment:\n      API_KEY: ${value}\n      PORT: 80\n`,
  'a list': `services:\n  app:\n    image: example.com/app\n    environment:\n      - API_KEY=${value}\n      - "PORT=80"\n`,
  'lines of text': `services:\n  app:\n    image: x\n    environment:\n      API_KEY: "${value}"\n      OTHER_TOKEN: |-\n        ${value}\n      PORT: 80\n`,
  'an anchor': `x-env: &env\n  API_KEY: ${value}\nservices:\n  app:\n    image: x\n    environment: *env\n  other:\n    image: x\n    environment:\n      <<: *env\n      LOG: debug\n`,
  'an alias': `services:\n  app:\n    image: x\n    environment:\n      API_KEY: &key ${value}\n      OTHER_TOKEN: *key\n`,
  CRLF: `services:\r\n  app:\r\n    image: x\r\n    environment:\r\n      API_KEY: ${value}\r\n`,
  'a comment behind it': `services:\n  app:\n    image: x\n    environment:\n      API_KEY: ${value} # of the shop\n      URL: http://example.com/$$HOME\n`,
};

test.each(Object.entries(files))(
  'environment as %s: compose reads the same values from the variables',
  async (_, text) => {
    const before = (await config(text)) as Config;
    const after = mended(text);
    expect(after).not.toContain(value);
    expect(await config(after)).toMatch(/(?:API_KEY|OTHER_TOKEN).*set it in \.env/);
    expect(await config(after, { API_KEY: value, OTHER_TOKEN: value })).toEqual(before);
  },
);

test.each([
  ['postgres:17', 'POSTGRES_PASSWORD', '_FILE'],
  ['mariadb:11', 'MARIADB_ROOT_PASSWORD', '_FILE'],
  ['grafana/grafana', 'GF_SECURITY_ADMIN_PASSWORD', '__FILE'],
])('%s: compose hands %s over as a secret', async (image, name, suffix) => {
  for (const listed of [false, true]) {
    const entry = listed ? `- ${name}=${value}` : `${name}: ${value}`;
    const text = `services:\n  db:\n    image: ${image}\n    environment:\n      ${entry}\n`;
    expect(await config(text)).toHaveProperty('services.db');
    const after = (await config(mended(text), { [name]: value })) as Config;
    expect(after.services.db).toMatchObject({
      environment: { [`${name}${suffix}`]: `/run/secrets/${name}` },
      secrets: [{ source: name }],
    });
    expect(after.secrets?.[name]).toMatchObject({ environment: name });
    expect(after.services.db?.environment).not.toHaveProperty(name);
  }
});

test('compose hands build arguments over as build secrets, and keeps the others', async () => {
  const text = `services:\n  app:\n    build:\n      context: .\n      args:\n        NPM_TOKEN: \${CI_TOKEN}\n        VERSION: 1\n  other:\n    build:\n      args: # of the build\n        - API_TOKEN\n      context: .\n    secrets:\n      - cert\nsecrets:\n  cert:\n    file: ./cert.pem\n`;
  expect(await config(text, { CI_TOKEN: value })).toHaveProperty('services.app.build.args.NPM_TOKEN', value);
  const { services, secrets } = (await config(mended(text), { CI_TOKEN: value })) as Config;
  expect(services.app?.build).toMatchObject({ args: { VERSION: '1' }, secrets: [{ source: 'NPM_TOKEN' }] });
  expect(services.app?.build?.args).not.toHaveProperty('NPM_TOKEN');
  expect(services.other?.build).toMatchObject({ secrets: [{ source: 'API_TOKEN' }] });
  expect(services.other?.build).not.toHaveProperty('args');
  expect(secrets).toMatchObject({
    NPM_TOKEN: { environment: 'CI_TOKEN' },
    API_TOKEN: { environment: 'API_TOKEN' },
    cert: { file: expect.stringContaining('cert.pem') },
  });
});

test('compose mounts files of credentials as secrets at the same place', async () => {
  const text = `services:\n  app:\n    image: x\n    volumes:\n      - ./conf/secrets.txt:/app/secrets.txt:ro\n      - { type: bind, source: ./id_rsa, target: /root/.ssh/id_rsa }\n      - data:/data\nvolumes:\n  data:\n`;
  expect(await config(text)).toHaveProperty('services.app.volumes.length', 3);
  const { services, secrets } = (await config(mended(text))) as Config;
  expect(services.app?.volumes).toEqual([expect.objectContaining({ source: 'data' })]);
  expect(services.app?.secrets).toEqual([
    { source: 'id_rsa', target: '/root/.ssh/id_rsa' },
    { source: 'secrets_txt', target: '/app/secrets.txt' },
  ]);
  expect(secrets).toMatchObject({
    id_rsa: { file: expect.stringMatching(/\/id_rsa$/) },
    secrets_txt: { file: expect.stringMatching(/\/conf\/secrets\.txt$/) },
  });
});

test('the fixes of a whole file together are read, and nothing is left to mend', async () => {
  const text = `services:\n  db:\n    image: postgres:17\n    environment: { POSTGRES_DB: app }\n    volumes:\n      - ./.env:/app/.env\n  cache:\n    build:\n      args:\n        API_TOKEN: ${value}\n      context: .\n    environment:\n      - CACHE_PASSWORD=${value}\n  web:\n    image: mysql\n    environment:\n      MYSQL_ROOT_PASSWORD: ${value}\n`;
  const after = mended(text);
  expect(findingsIn(after).lines).toEqual([]);
  expect(await config(after, { CACHE_PASSWORD: value })).toHaveProperty('services.web.secrets');
});
