// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Dockerfiles
import { type Idiom, idiom, key, token } from './idiom.ts';

const sum = 'sha256sum > sum';
const small = 'busybox:latest';

/** Idioms that need no tool but a shell. */
export const plainIdioms: readonly Idiom[] = [
  idiom(small, 'T1', 'ARG used by one RUN', {
    lines: ['ARG TOKEN', 'RUN echo start > log', `RUN printf %s "$TOKEN" | ${sum}`, 'RUN echo end >> log'],
  }),
  idiom(small, 'T1', 'a list of ARGs over lines, one of them secret', {
    lines: [
      'ARG MODE=ci \\',
      '    # from CI',
      '    TOKEN \\',
      '    LEVEL=2',
      `RUN echo $MODE $LEVEL > mode && printf %s $TOKEN | ${sum}`,
    ],
  }),
  idiom(small, 'T1', 'ARG used by sh -c', {
    lines: ['ARG TOKEN', `RUN sh -c 'printf %s "$TOKEN" | ${sum}'`],
  }),
  idiom(small, 'T8', 'a file that sh -c writes and reads, in double quotes', {
    lines: ['ARG TOKEN', `RUN sh -c "printf %s \\"$TOKEN\\" > /root/.netrc && sha256sum < /root/.netrc > sum"`],
    gone: /root\/\.netrc$/,
  }),
  idiom(small, 'T1', 'ARG used by a heredoc', {
    lines: ['ARG TOKEN', 'RUN <<EOF', 'set -e', `printf %s "$TOKEN" | ${sum}`, 'EOF'],
  }),
  idiom(small, 'T1', 'ARG used beside a cache mount, in a long chain', {
    lines: [
      'ARG TOKEN',
      'RUN --mount=type=cache,target=/cache \\',
      '    touch /cache/x && \\',
      '    # the sum',
      `    printf %s "\${TOKEN}" | ${sum} && \\`,
      '    ls > list',
    ],
  }),
  idiom(small, 'T1', 'ARG handed to a script of the project', {
    lines: ['ARG TOKEN', 'COPY build.sh ./', 'RUN TOKEN=$TOKEN sh build.sh'],
    files: { 'build.sh': `test -n "$TOKEN" && printf %s "$TOKEN" | ${sum}\n` },
  }),
  idiom(small, 'T1', 'ARG with an empty default', {
    lines: ['ARG TOKEN=""', `RUN if [ -n "$TOKEN" ]; then printf %s "$TOKEN" | ${sum}; fi`],
  }),
  idiom(small, 'T1', 'ARG under SHELL', {
    lines: ['SHELL ["/bin/sh", "-ec"]', 'ARG TOKEN', `RUN printf %s "$TOKEN" | ${sum}`],
  }),
  idiom(small, 'T20', 'ARG that no step uses', { lines: ['ARG TOKEN', 'RUN echo built > out'] }),
  idiom(small, 'T3', 'ENV TOKEN=$TOKEN for the build only', {
    lines: ['ARG TOKEN', 'ENV TOKEN=$TOKEN MODE=ci', `RUN printf %s "$TOKEN" | ${sum}`, 'CMD ["cat", "sum"]'],
    answers: 'secrets: { TOKEN: { needed: build } }\n',
  }),
  idiom(small, 'T3', 'ENV of another name, from an ARG', {
    lines: ['ARG ci_token', 'ENV API_TOKEN=${ci_token}', `RUN printf %s "$API_TOKEN" | ${sum}`, 'CMD ["cat", "sum"]'],
    secrets: { ci_token: token },
    answers: 'secrets: { ci_token: { needed: build }, API_TOKEN: { needed: build } }\n',
  }),
  idiom(small, 'T4', 'ENV that the running program needs', {
    lines: [`ENV LANG=C API_KEY=${key}`, 'RUN echo built > out', 'CMD ["sh", "-c", "test -n $API_KEY && cat out"]'],
    secrets: { API_KEY: key },
    noEnv: true,
    answers: 'secrets: { API_KEY: { needed: runtime } }\n',
  }),
  idiom(small, 'T10', 'a literal in ENV, for the build only', {
    lines: [`ENV API_KEY=${key}`, `RUN printf %s "$API_KEY" | ${sum}`],
    secrets: { API_KEY: key },
    noEnv: true,
    answers: 'secrets: { API_KEY: { needed: build } }\n',
  }),
  idiom(small, 'T10', 'a literal in RUN', {
    lines: [`RUN printf %s "${token}" | ${sum}`],
  }),
  idiom(small, 'T11', 'COPY . . takes .env along', {
    lines: ['COPY . .', 'RUN ls > list.txt; rm list.txt'],
    files: { '.dockerignore': 'Dockerfile\n.dockerignore\n', 'main.js': '' },
    gone: /^app\/\.env$/,
  }),
  idiom(small, 'T6', 'COPY secrets.txt, deleted by a later RUN', {
    lines: ['COPY secrets.txt ./', `RUN cat secrets.txt | ${sum}`, 'RUN rm secrets.txt'],
    files: { 'secrets.txt': `${key}\n` },
    secrets: { 'secrets.txt': key },
    noEnv: true,
  }),
  idiom(small, 'T6', 'COPY .env, sourced by a RUN', {
    lines: ['COPY .env ./', `RUN . ./.env && printf %s "$TOKEN" | ${sum}`],
    files: { '.dockerignore': 'Dockerfile\n.dockerignore\nsafebuild.yaml\n' },
    answers: 'files: { .env: { needed: build } }\n',
    gone: /^app\/\.env$/,
  }),
  idiom(small, 'T6', 'COPY id_rsa into ~/.ssh, deleted by a later RUN', {
    lines: [
      'COPY id_rsa /root/.ssh/id_rsa',
      `RUN chmod 600 /root/.ssh/id_rsa && cat /root/.ssh/id_rsa | ${sum}`,
      'RUN rm -f /root/.ssh/id_rsa',
    ],
    files: {
      id_rsa: `-----BEGIN OPENSSH PRIVATE KEY-----\n${'bm90LWEtc2VjcmV0LTdmM2E5MWMyZDRlOA'.repeat(2)}\n-----END OPENSSH PRIVATE KEY-----\n`,
    },
    secrets: { id_rsa: 'bm90LWEtc2VjcmV0LTdmM2E5MWMyZDRlOA'.repeat(2) },
    noEnv: true,
  }),
  idiom(small, 'T1', 'ARG in a stage that the final one stands on', {
    from: 'busybox:latest AS deps',
    lines: ['ARG TOKEN', `RUN printf %s "$TOKEN" | ${sum}`, 'FROM deps', 'CMD ["cat", "sum"]'],
  }),
];
