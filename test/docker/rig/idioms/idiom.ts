import { parseDockerfile } from '../../../../src/dockerfile/index.ts';

/** A value that the private servers take, and that no image may hold. */
export const token = 'not-a-secret-7f3a91c2d4e8';

/** Another one, for what is no login. */
export const key = 'not-a-secret-either-b06d5e19';

/** Where the private servers of a run answer. */
export interface Servers {
  /** `127.0.0.1:PORT` of the server with a repository and a file. */
  git: string;
  /** With a slash at its end. */
  npm: string;
  npmToken: string;
  pip: string;
  /** `pip` with its login in it. */
  pipIndex: string;
  pipToken: string;
}

/** One way in which real Dockerfiles use a secret, as a project that leaks. */
export interface Idiom {
  title: string;
  /** Its code in the catalogue of idioms (`dockerfile.md` 5). */
  code: string;
  image: 'busybox:latest' | 'buildpack-deps:bookworm-scm' | 'node:20-slim' | 'python:3.11-slim';
  /** `Dockerfile` and what else lies in the project. */
  files: Readonly<Record<string, string>>;
  /** Name and value: of its `.env`, or of files and the Dockerfile itself. */
  secrets: Readonly<Record<string, string>>;
  /** Build arguments that plain docker is given, by name; the values are those of `secrets`. */
  buildArgs?: readonly string[];
  /** Files that only the leaky image has: those that hold the secret. */
  gone?: RegExp;
}

const env = (secrets: Readonly<Record<string, string>>): string =>
  Object.entries(secrets)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

interface Parts extends Pick<Idiom, 'gone'> {
  /** What FROM says, if not the image alone. */
  from?: string;
  /** Lines behind FROM and WORKDIR. */
  lines: readonly string[];
  files?: Readonly<Record<string, string>>;
  secrets?: Readonly<Record<string, string>>;
  /** Where the project has no `.env`. */
  noEnv?: boolean;
  /** What safebuild.yaml answers. */
  answers?: string;
}

/** A project whose secrets are in `.env`, and are passed to docker where an ARG asks for them. */
export function idiom(image: Idiom['image'], code: string, title: string, parts: Parts): Idiom {
  const { from = image, lines, files = {}, secrets = { TOKEN: token }, noEnv = false, answers, gone } = parts;
  const dockerfile = [`FROM ${from}`, 'WORKDIR /app', ...lines, ''].join('\n');
  const declared = parseDockerfile(dockerfile).instructions.flatMap(({ keyword, pairs = [] }) =>
    keyword === 'ARG' ? pairs.map(({ name }) => name) : [],
  );
  const buildArgs = Object.keys(secrets).filter((name) => declared.includes(name));
  return {
    title,
    code,
    image,
    secrets,
    buildArgs,
    files: {
      '.dockerignore': 'Dockerfile\n.dockerignore\nsafebuild.yaml\n.env\n',
      ...(noEnv ? {} : { '.env': env(secrets) }),
      ...(answers === undefined ? {} : { 'safebuild.yaml': answers }),
      Dockerfile: dockerfile,
      ...files,
    },
    ...(gone === undefined ? {} : { gone }),
  };
}
