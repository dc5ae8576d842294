import { generateKeyPairSync } from 'node:crypto';
import type { Form } from './holds.ts';

/** How safebuild ends: built without the leak, a person is asked (exit code 4), stopped by the proof (exit code 5). */
export type Ending = 'clean' | 'asks' | 'stopped';

/** One way in which a secret gets into an image. */
export interface Mechanism {
  /** For the table of leaks, and the name of the test. */
  title: string;
  secret: string;
  files: Readonly<Record<string, string>>;
  /** For `docker build`, which knows no .env. */
  dockerFlags?: readonly string[];
  /** For both. */
  flags?: readonly string[];
  /**
   * Tried with both image stores, where the proof reads the bytes in another way; otherwise only with containerd's, as
   * rules and frontend know no stores.
   */
  inBothStores?: boolean;
  /** The form in which docker build leaks it; as it is when absent. */
  form?: Form;
  /** A file that the build writes beside the image, and that holds the secret instead of it. */
  leaksInto?: string;
  ending: Ending;
}

const token = 'not-a-secret-7f3a91c2d4e8';
/** Every form of it differs from it. */
const awkward = 'not a secret/7f3a"91c2+d4e8&zq';
const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const privateKeyBody = privateKey.split('\n')[1] ?? '';

const dotenv = `TOKEN=${token}\n`;
const argument = { dockerFlags: [`--build-arg=TOKEN=${token}`] };
const use = 'RUN test -n "$TOKEN"';

function dockerfile(...lines: string[]): string {
  return ['FROM busybox:latest', 'WORKDIR /app', ...lines, ''].join('\n');
}

/** A program of the project that writes the token into what it makes: no rule can know, only the proof. */
function bundler(title: string, command: string, form: Form = 'raw', value: string = token): Mechanism {
  return {
    title,
    secret: value,
    form,
    files: {
      Dockerfile: dockerfile('ARG TOKEN', 'COPY bundle.sh .', 'RUN sh bundle.sh'),
      'bundle.sh': `${command}\n`,
      '.env': `TOKEN='${value}'\n`,
    },
    dockerFlags: [`--build-arg=TOKEN=${value}`],
    ending: 'stopped',
  };
}

const intoBundle = (encode: string) => `echo "const token='$(printf %s "$TOKEN" | ${encode})'" > bundle.js`;

export const mechanisms: readonly Mechanism[] = [
  {
    title: 'ARG used by RUN',
    inBothStores: true,
    secret: token,
    files: { Dockerfile: dockerfile('ARG TOKEN', use), '.env': dotenv },
    ...argument,
    ending: 'clean',
  },
  {
    title: '--build-arg with the value, no .env',
    secret: token,
    files: { Dockerfile: dockerfile('ARG TOKEN', use) },
    flags: [`--build-arg=TOKEN=${token}`],
    ending: 'clean',
  },
  {
    title: 'ENV TOKEN=$TOKEN',
    secret: token,
    files: { Dockerfile: dockerfile('ARG TOKEN', 'ENV TOKEN=$TOKEN', use), '.env': dotenv },
    ...argument,
    ending: 'asks',
  },
  {
    title: 'ENV TOKEN=$TOKEN, safebuild.yaml says needed: build',
    secret: token,
    files: {
      Dockerfile: dockerfile('ARG TOKEN', 'ENV TOKEN=$TOKEN', use),
      '.env': dotenv,
      'safebuild.yaml': 'secrets:\n  TOKEN:\n    needed: build\n',
    },
    ...argument,
    ending: 'clean',
  },
  {
    title: 'ENV with a literal value',
    secret: token,
    files: { Dockerfile: dockerfile(`ENV TOKEN=${token}`, use) },
    ending: 'asks',
  },
  {
    title: 'ENV with a literal value, safebuild.yaml says needed: build',
    secret: token,
    files: {
      Dockerfile: dockerfile(`ENV TOKEN=${token}`, use),
      'safebuild.yaml': 'secrets:\n  TOKEN:\n    needed: build\n',
    },
    ending: 'clean',
  },
  {
    title: 'literal value in RUN',
    secret: token,
    files: { Dockerfile: dockerfile(`RUN TOKEN=${token} sh -c 'test -n "$TOKEN"'`), '.env': dotenv },
    ending: 'clean',
  },
  {
    title: 'COPY .env',
    secret: token,
    files: { Dockerfile: dockerfile('COPY .env .', 'RUN . ./.env && test -n "$TOKEN"'), '.env': dotenv },
    ending: 'asks',
  },
  {
    title: 'COPY .env, safebuild.yaml says needed: build',
    secret: token,
    files: {
      Dockerfile: dockerfile('COPY .env .', 'RUN . ./.env && test -n "$TOKEN"'),
      '.env': dotenv,
      'safebuild.yaml': 'files:\n  .env:\n    needed: build\n',
    },
    ending: 'clean',
  },
  {
    title: 'COPY .npmrc',
    secret: token,
    files: {
      Dockerfile: dockerfile('COPY .npmrc /root/.npmrc', 'RUN grep -q authToken /root/.npmrc'),
      '.npmrc': `//npm.example.com/:_authToken=${token}\n`,
    },
    ending: 'clean',
  },
  {
    title: 'COPY id_rsa',
    secret: privateKeyBody,
    files: {
      Dockerfile: dockerfile('COPY id_rsa /root/.ssh/id_rsa', 'RUN grep -q PRIVATE /root/.ssh/id_rsa'),
      id_rsa: privateKey,
    },
    ending: 'clean',
  },
  {
    title: 'COPY secrets.txt, deleted by a later RUN',
    inBothStores: true,
    secret: token,
    files: {
      Dockerfile: dockerfile('COPY secrets.txt .', 'RUN test -n "$(cat secrets.txt)"', 'RUN rm secrets.txt'),
      'secrets.txt': `${token}\n`,
    },
    ending: 'clean',
  },
  {
    title: 'COPY . . takes .env along',
    secret: token,
    files: { Dockerfile: dockerfile('COPY . .', 'RUN true'), '.env': dotenv },
    ending: 'clean',
  },
  {
    title: '.npmrc written by echo',
    secret: token,
    files: {
      Dockerfile: dockerfile(
        'ARG TOKEN',
        'RUN echo "//npm.example.com/:_authToken=$TOKEN" > .npmrc && test -s .npmrc && rm .npmrc',
      ),
      '.env': dotenv,
    },
    ...argument,
    ending: 'clean',
  },
  {
    title: 'token written to a file by RUN',
    secret: token,
    files: { Dockerfile: dockerfile('ARG TOKEN', 'RUN echo "$TOKEN" > /token'), '.env': dotenv },
    ...argument,
    ending: 'asks',
  },
  {
    title: 'credential file written by one RUN, read by the next',
    secret: token,
    files: {
      Dockerfile: dockerfile(
        'ARG TOKEN',
        'RUN echo "machine git.example.com login ci" > ~/.netrc && echo "password $TOKEN" >> ~/.netrc && chmod 600 ~/.netrc',
        'RUN grep -q "password not-a" ~/.netrc && test "$(stat -c %a ~/.netrc)" = 600',
        'RUN rm ~/.netrc',
      ),
      '.env': dotenv,
    },
    ...argument,
    ending: 'clean',
  },
  { ...bundler('token written by a program', 'echo "const token=\'$TOKEN\'" > bundle.js'), inBothStores: true },
  bundler('… in base64', intoBundle('base64'), 'base64'),
  bundler('… in base64, in the middle of other text', intoBundle('sed s/^/x-access-token:/ | base64'), 'base64'),
  bundler('… in hex', intoBundle("od -An -v -tx1 | tr -d ' \\n'"), 'hex'),
  bundler(
    '… percent-encoded',
    intoBundle("sed 's/ /%20/g; s,/,%2F,g; s/\"/%22/g; s/+/%2B/g; s/&/%26/g'"),
    'percent',
    awkward,
  ),
  bundler('… escaped as JSON', intoBundle('sed \'s/"/\\\\"/g\''), 'json', awkward),
  bundler('… in UTF-16', "printf %s \"$TOKEN\" | sed 's/./&\\n/g' | tr '\\n' '\\0' > bundle.bin", 'utf16'),
  {
    ...bundler('… and deleted by a later RUN', ''),
    files: {
      Dockerfile: dockerfile('ARG TOKEN', 'COPY bundle.sh .', 'RUN sh bundle.sh', 'RUN rm bundle.js'),
      'bundle.sh': 'echo "$TOKEN" > bundle.js\n',
      '.env': dotenv,
    },
    inBothStores: true,
  },
  {
    ...bundler(
      '… inside a .tar.gz in a layer',
      'echo "$TOKEN" > bundle.js && tar -czf bundle.tar.gz bundle.js && rm bundle.js',
    ),
    inBothStores: true,
  },
  {
    title: 'LABEL token=$TOKEN',
    secret: token,
    files: { Dockerfile: dockerfile('ARG TOKEN', 'LABEL token=$TOKEN'), '.env': dotenv },
    ...argument,
    ending: 'asks',
  },
  {
    title: '--label with the value',
    secret: token,
    files: { Dockerfile: dockerfile('RUN true'), '.env': dotenv },
    flags: [`--label=token=${token}`],
    inBothStores: true,
    ending: 'stopped',
  },
  {
    // docker build drops annotations on their way into its own store
    title: '--annotation with the value, for --output type=oci',
    secret: token,
    files: { Dockerfile: dockerfile('RUN true'), '.env': dotenv },
    flags: [`--annotation=token=${token}`, '--output=type=oci,dest=image.tar'],
    leaksInto: 'image.tar',
    ending: 'stopped',
  },
  {
    title: 'ONBUILD with a literal value',
    secret: token,
    files: { Dockerfile: dockerfile(`ONBUILD RUN TOKEN=${token} true`), '.env': dotenv },
    ending: 'asks',
  },
  {
    title: '--build-arg nobody declares, with --provenance=mode=max',
    secret: token,
    files: { Dockerfile: dockerfile('RUN true') },
    flags: [`--build-arg=TOKEN=${token}`, '--provenance=mode=max'],
    ending: 'clean',
  },
  {
    title: '--build-arg in --metadata-file',
    secret: token,
    files: { Dockerfile: dockerfile('ARG TOKEN', 'RUN true'), '.env': dotenv },
    flags: [`--build-arg=TOKEN=${token}`, '--metadata-file=metadata.json'],
    leaksInto: 'metadata.json',
    ending: 'clean',
  },
];
