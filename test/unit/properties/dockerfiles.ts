// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Dockerfiles
import fc from 'fast-check';
import type { Case } from '../rules/case.ts';

/** Names of secrets, in every way in which they stand in real Dockerfiles. */
const names = ['NPM_TOKEN', 'API_KEY', 'DATABASE_URL', 'pip_token'] as const;

/** Values that a Dockerfile may hold; long enough to be searched for. */
const values: Readonly<Record<string, string>> = {
  NPM_TOKEN: 'not-a-secret-7f3a91c2d4e8',
  API_KEY: 'not-a-secret-either-b06d5e19',
  DATABASE_URL: 'postgres://app:not-a-secret-4c1d88e0@db.example.com/app',
};

/** A Dockerfile, and what is known about the project that it is of. */
export interface Generated {
  source: string;
  given: Case;
}

const name = fc.constantFrom(...names);
const use = name.chain((one) =>
  fc.constantFrom(`$${one}`, `\${${one}}`, `"$${one}"`, `\${${one}:-x}`, `"Bearer $${one}"`),
);
const path = fc.constantFrom('.npmrc', '/root/.npmrc', '/etc/pip.conf', 'config/app.ini', '~/.netrc');

const command = fc.oneof(
  fc.constantFrom(
    'true',
    'npm ci',
    'apt-get update',
    'pip install -r requirements.txt',
    'make -C src',
    'rm -f .npmrc',
    'cd /app',
  ),
  use.map((one) => `curl -fsS -H ${one} https://example.com/a.tgz -o /a.tgz`),
  use.map((one) => `test -n ${one}`),
  fc.tuple(use, path).map(([one, file]) => `echo ${one} > ${file}`),
  name.map((one) => `npm config set //npm.example.com/:_authToken=$${one}`),
  name.map((one) => `git clone https://ci:$${one}@git.example.com/team/lib.git`),
  name.map((one) => `${one}=$${one} ./build.sh`),
  name.map((one) => `export ${one} && ./build.sh`),
  fc.constant(`curl -u ci:${values.API_KEY} https://example.com/`),
);

/** What stands between two words of an instruction. */
const gap = fc.constantFrom(' ', ' ', ' ', '  ', ' ESC\n    ', ' ESC\n# why\n    ', ' ESC\n  # two\n  # lines\n\t');

const joined = (parts: fc.Arbitrary<string>, by: readonly string[], max: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(parts, { minLength: 1, maxLength: max }), fc.constantFrom(...by), gap)
    .map(([all, sign, space]) => all.join(`${space}${sign} `));

const pair = fc.oneof(
  fc.constantFrom('LANG=C.UTF-8', 'NODE_ENV=production', 'EMPTY=', 'GREETING="hello world"', "A='$b'", 'X=aESC b'),
  name.map((one) => `${one}=$${one}`),
  name.map((one) => `OTHER=\${${one}}`),
  name.map((one) => `${one}=${values[one] ?? 'x'}`),
);

const run = fc.oneof(
  { weight: 4, arbitrary: joined(command, ['&&', ';', '||'], 4).map((text) => `RUN ${text}`) },
  joined(command, ['&&'], 3).map((text) => `RUN --mount=type=cache,target=/c --network=default ${text}`),
  fc.array(command, { minLength: 1, maxLength: 3 }).map((all) => `RUN <<EOF\nset -e\n${all.join('\n')}\nEOF`),
  fc.array(command, { minLength: 1, maxLength: 2 }).map((all) => `RUN <<-'END'\n\t${all.join('\n\t')}\n\tEND`),
  fc.constantFrom('RUN ["npm", "ci"]', 'RUN ["sh", "-c", "test -n $NPM_TOKEN"]', 'run echo hello'),
  name.map((one) => `RUN --mount=type=secret,id=${one},env=${one} test -n "$${one}"`),
);

const instruction = fc.oneof(
  { weight: 5, arbitrary: run },
  { weight: 2, arbitrary: name.map((one) => `ARG ${one}`) },
  fc.tuple(name, gap).map(([one, space]) => `ARG MODE=ci${space}${one}${space}LEVEL`),
  name.map((one) => `ARG ${one}=${values[one] ?? 'none'}`),
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.array(pair, { minLength: 1, maxLength: 4 }), gap)
      .map(([all, space]) => `ENV ${all.join(space)}`),
  },
  name.map((one) => `ENV ${one} $${one}`),
  fc.constantFrom(
    'COPY . .',
    'COPY package.json package-lock.json ./',
    'COPY .npmrc ./',
    'COPY .env /app/',
    'ADD a.tgz /',
    'COPY --chown=1:1 src /src',
  ),
  fc.constantFrom(
    'WORKDIR /app',
    'USER 1000',
    'EXPOSE 80',
    'VOLUME /data',
    'LABEL a=b c="d e"',
    'CMD ["node", "x.js"]',
    'SHELL ["/bin/sh", "-ec"]',
    'ONBUILD RUN true',
    'STOPSIGNAL SIGTERM',
  ),
  fc.constantFrom('# a comment', '#no blank', '', '  ', '\t# indented'),
);

const stage = fc.array(instruction, { minLength: 1, maxLength: 8 });

/** Dockerfiles made of what real ones are made of: idioms that leak and lines that do not, in every way to write them. */
export const dockerfiles: fc.Arbitrary<Generated> = fc
  .record({
    stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
    head: fc.constantFrom('', '# syntax=docker/dockerfile:1\n', '# escape=`\n', '# what it is for\n\n', 'ARG BASE=1\n'),
    newline: fc.constantFrom('\n', '\n', '\n', '\r\n'),
    ending: fc.constantFrom('\n', '\n', '', '\n\n'),
    needed: fc.constantFrom('build', 'runtime', undefined),
    env: fc.boolean(),
  })
  .map(({ stages, head, newline, ending, needed, env }) => {
    const sign = head.includes('`') ? '`' : '\\';
    const lines = stages.flatMap((all, index) => {
      const copies = index === 0 ? [] : [`COPY --from=s${index - 1} /etc/hostname /etc/hostname`];
      return [`FROM busybox:latest AS s${index}`, ...copies, ...all];
    });
    const text = `${head}${lines.join('\n')}${ending}`.replaceAll('ESC', sign);
    const answer = needed === undefined ? {} : { needed: needed as 'build' | 'runtime' };
    const secrets = Object.fromEntries(
      names.map((one) => [one, { ...answer, ...(values[one] === undefined ? {} : { value: values[one] }) }]),
    );
    const files: NonNullable<Case['files']> = {
      '.npmrc': { credential: { kind: 'npmrc', family: 'npm' } as never, needed: 'build' },
      ...(env ? { '.env': { credential: {}, needed: 'build' as const } } : {}),
      'package.json': {},
      'x.js': { mentions: ['API_KEY'] },
    };
    return {
      source: text.replaceAll('\n', newline),
      given: { about: 'generated', secrets, files, expect: { findings: [] } },
    };
  });

/** Every value that a generated Dockerfile may hold. */
export const planted: readonly string[] = Object.values(values);
