// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Dockerfiles
import { type Idiom, idiom, type Servers, token } from './idiom.ts';

/** Idioms of the tools that fetch with a login; each asks a real server that refuses whoever has none. */
export function toolIdioms(servers: Servers): readonly Idiom[] {
  return [...fetching(servers), ...gitIdioms(servers), ...npmIdioms(servers), ...pipIdioms(servers)];
}

const scm = 'buildpack-deps:bookworm-scm';

function fetching({ git }: Servers): Idiom[] {
  const url = `http://${git}/files/data.txt`;
  return [
    idiom(scm, 'T1', 'curl with a header', {
      lines: ['ARG TOKEN', `RUN curl -fsS -H "Authorization: Bearer $TOKEN" ${url} -o data.txt`],
    }),
    idiom(scm, 'T1', 'curl -u', {
      lines: ['ARG TOKEN', `RUN curl -fsS -u "ci:\${TOKEN}" -O ${url}`],
    }),
    idiom(scm, 'T1', 'wget with a header', {
      lines: ['ARG TOKEN', `RUN wget -q --header="PRIVATE-TOKEN: \${TOKEN}" ${url}`],
    }),
    idiom(scm, 'T1', 'a token in the query of an address', {
      lines: ['ARG TOKEN', `RUN curl -fsS "${url}?private_token=$TOKEN" -o data.txt`],
    }),
    idiom(scm, 'T10', 'curl -u with a literal password', {
      lines: [`RUN curl -fsS -u ci:${token} ${url} -o data.txt`],
    }),
    idiom(scm, 'T5', '.netrc written in one RUN, read in the next, deleted in a third', {
      lines: [
        'ARG TOKEN',
        `RUN echo "machine ${git.split(':')[0]} login ci password $TOKEN" > ~/.netrc && chmod 600 ~/.netrc`,
        `RUN curl -fsS --netrc ${url} -o data.txt`,
        'RUN rm ~/.netrc',
      ],
    }),
  ];
}

function gitIdioms({ git }: Servers): Idiom[] {
  const url = `http://${git}/git/lib.git`;
  const ownFiles = /^app\/lib\/\.git\//;
  return [
    idiom(scm, 'T9', 'git clone with the token in the address', {
      lines: ['ARG TOKEN', `RUN git clone -q http://ci:$TOKEN@${git}/git/lib.git`],
    }),
    idiom(scm, 'T9', 'git clone, and the history thrown away', {
      lines: ['ARG TOKEN', `RUN git clone -q http://ci:$TOKEN@${git}/git/lib.git && rm -rf lib/.git`],
    }),
    idiom(scm, 'T5', 'git config insteadOf in one RUN, clone in the next', {
      lines: [
        'ARG TOKEN',
        `RUN git config --global url."http://ci:\${TOKEN}@${git}/".insteadOf "http://${git}/"`,
        `RUN git clone -q ${url}`,
      ],
      gone: /^root\/\.gitconfig$/,
    }),
    idiom(scm, 'T5', 'git with an extra header for one command', {
      lines: [
        'ARG TOKEN',
        `RUN git -c http.extraHeader="Authorization: Basic $(printf ci:%s "$TOKEN" | base64 -w0)" clone -q ${url}`,
      ],
    }),
  ].map((one) => ({ ...one, gone: new RegExp(`${ownFiles.source}|${one.gone?.source ?? '^$'}`) }));
}

function npmIdioms({ npm, npmToken }: Servers): Idiom[] {
  const host = npm.replace('http:', '');
  const secrets = { NPM_TOKEN: npmToken };
  const files = { 'package.json': '{ "name": "app", "version": "1.0.0" }\n' };
  const install = 'npm install --no-audit --no-fund --loglevel=error @corp/widget';
  const scope = `@corp:registry=${npm}`;
  return [
    idiom('node:20-slim', 'T2', 'npm reads the variable from an .npmrc with a placeholder', {
      lines: ['ARG NPM_TOKEN', 'COPY package.json .npmrc ./', `RUN ${install}`],
      files: { ...files, '.npmrc': `${scope}\n${host}:_authToken=\${NPM_TOKEN}\n` },
      secrets,
    }),
    idiom('node:20-slim', 'T5', '.npmrc written by echo and removed by the same RUN', {
      lines: [
        'ARG NPM_TOKEN',
        'COPY package.json ./',
        `RUN echo "${scope}" > .npmrc && echo "${host}:_authToken=$NPM_TOKEN" >> .npmrc && ${install} && rm -f .npmrc`,
      ],
      files,
      secrets,
    }),
    idiom('node:20-slim', 'T5', 'npm config set in a RUN of its own', {
      lines: [
        'ARG NPM_TOKEN',
        'COPY package.json ./',
        `RUN npm config set @corp:registry=${npm} && npm config set ${host}:_authToken=$NPM_TOKEN`,
        `RUN ${install}`,
      ],
      files,
      secrets,
      gone: /^root\/\.npmrc$/,
    }),
    idiom('node:20-slim', 'T6', 'COPY .npmrc with the token in it, deleted by a later RUN', {
      lines: ['COPY package.json .npmrc ./', `RUN ${install}`, 'RUN rm -f .npmrc'],
      files: { ...files, '.npmrc': `${scope}\n${host}:_authToken=${npmToken}\n` },
      secrets: { '.npmrc': npmToken },
      noEnv: true,
    }),
  ];
}

function pipIdioms({ pip, pipIndex, pipToken }: Servers): Idiom[] {
  const install = 'pip install --no-input --disable-pip-version-check --root-user-action=ignore -q';
  const withLogin = (name: string): string => pip.replace('//', `//ci:$\{${name}}@`);
  const python = 'python:3.11-slim';
  return [
    idiom(python, 'T2', 'pip reads PIP_INDEX_URL', {
      lines: ['ARG PIP_INDEX_URL', `RUN ${install} corp-lib`],
      secrets: { PIP_INDEX_URL: pipIndex },
    }),
    idiom(python, 'T1', 'pip with a login in --index-url', {
      lines: ['ARG PIP_TOKEN', `RUN ${install} --index-url ${withLogin('PIP_TOKEN')} corp-lib`],
      secrets: { PIP_TOKEN: pipToken },
    }),
    idiom(python, 'T5', '/etc/pip.conf written by printf', {
      lines: [
        'ARG PIP_TOKEN',
        `RUN printf '[global]\\nindex-url = ${pip.replace('//', '//ci:%s@')}\\n' "$PIP_TOKEN" > /etc/pip.conf`,
        `RUN ${install} corp-lib`,
      ],
      secrets: { PIP_TOKEN: pipToken },
      gone: /^etc\/pip\.conf$/,
    }),
    idiom(python, 'T6', 'COPY pip.conf', {
      lines: ['COPY pip.conf /etc/pip.conf', `RUN ${install} corp-lib`, 'RUN rm /etc/pip.conf'],
      files: { 'pip.conf': `[global]\nindex-url = ${pipIndex}\n` },
      secrets: { 'pip.conf': pipToken },
      noEnv: true,
    }),
  ];
}
