/**
 * Programs that run the project's own code, which may read any variable.
 *
 * What they read shows only in the files of the context, so a RUN of one of these counts as a user of a variable that
 * such a file mentions.
 */
const interpreters =
  /^(?:node|nodejs|ts-node|tsx|deno|python|python[23](?:\.\d+)?|ruby|perl|php|java|make|gmake|cmake|ninja|bazel|just|task|rake|rails|jest|vitest|mocha|pytest|next|nuxt|nuxi|vite|webpack|rollup|esbuild|parcel|gatsby|astro|remix|svelte-kit|ng|nx|turbo|tsc|vue-cli-service|react-scripts|prisma|drizzle-kit|knex|sequelize|typeorm|gulp|grunt|django-admin|flask|celery|alembic|phing|artisan|ansible-playbook|meltano|dbt)$/i;

const shells = /^(?:sh|bash|ash|dash|zsh|ksh|source|\.)$/;

/** Programs that take code as an argument of `-c`, `-e` or `-p`. */
const inline = /^(?:node|nodejs|deno|tsx|ts-node|python[\d.]*|ruby|perl|php|sh|bash|ash|dash|zsh|ksh)$/;

/** Scripts that come with the system or a tool. */
const foreignScript = /^\/etc\/|\/(?:activate|nvm\.sh)$|(?:^|\/)\.(?:bashrc|profile|bash_profile|cargo\/env)$/;

/** Folders of the operating system: a program from there is not the project's own. */
const system = /^\/(?:usr\/)?(?:local\/)?s?bin\//;

/**
 * Variables that libraries inside the project's own build read without its files naming them.
 *
 * Sources: the documentation of the bundler plugins of Sentry, of turbo, nx, the AWS SDKs and the Hugging Face libraries.
 */
const implicit =
  /^(?:SENTRY_AUTH_TOKEN|SENTRY_ORG|TURBO_TOKEN|NX_CLOUD_ACCESS_TOKEN|AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|HF_TOKEN|HUGGING_FACE_HUB_TOKEN|CODECOV_TOKEN|NPM_TOKEN|RAILS_MASTER_KEY|SECRET_KEY_BASE)$/;

/** Files that name variables for people or other tools, and do not read them in a build. */
const prose =
  /(?:^|\/)(?:Dockerfile[^/]*|[^/]*\.[Dd]ockerfile|[^/]*\.(?:md|mdx|rst|adoc|txt)|\.env[^/]*|(?:docker-)?compose[^/]*\.ya?ml|LICENSE|(?:package-lock|npm-shrinkwrap)\.json|pnpm-lock\.yaml|[^/]+\.lock|\.dockerignore|\.gitignore|\.npmrc|\.yarnrc(?:\.yml)?|pip\.conf|safebuild\.ya?ml)$|(?:^|\/)(?:\.github|\.gitlab|\.circleci|\.git|docs?|charts?|k8s|helm|node_modules|vendor)\/|(?:^|\/)\.(?:gitlab-ci|travis|drone)[^/]*$/;

/** Whether a command with these words runs code of the project. */
export function runsProjectCode(program: string, args: readonly string[]): boolean {
  const name = baseName(program);
  // Code on the command line names what it reads, and the commands of `sh -c` are looked at one by one.
  if (inline.test(name) && args.some((arg) => /^-\w*c$|^-[ep]$|^--(?:eval|print)$/.test(arg))) return false;
  if (interpreters.test(name)) return !isOtherModule(args) && !asksVersion(args);
  if (shells.test(name)) return args.some((arg) => !arg.startsWith('-') && !foreignScript.test(arg));
  return program.includes('/') && !system.test(program);
}

/** Whether libraries of the project read `variable` although no file of it says so. */
export function readImplicitly(variable: string): boolean {
  return implicit.test(variable);
}

/** Libraries that read variables of their own, in code on a command line. */
const libraries: readonly (readonly [variable: RegExp, library: RegExp])[] = [
  [
    /^(?:HF_.*|HUGGING_?FACE_.*)$/,
    /hugging_?face|\btransformers\b|\bdatasets\b|\bdiffusers\b|sentence_transformers|\bvllm\b|from_pretrained/,
  ],
  [/^AWS_.*$/, /\bboto3?\b|botocore|\bs3fs\b|awswrangler|aws-sdk/],
  [/^(?:GOOGLE_.*|GCLOUD_.*)$/, /google\.cloud|@google-cloud|\bgcsfs\b/],
  [/^WANDB_.*$/, /\bwandb\b/],
  [/^KAGGLE_.*$/, /\bkaggle(?:hub)?\b/],
  [/^(?:OPENAI_.*)$/, /\bopenai\b/],
];

/** Whether the code of `python -c`, `node -e` and the like uses a library that reads the variable. */
export function readByLibrary(variable: string, program: string, args: readonly string[]): boolean {
  if (!inline.test(baseName(program))) return false;
  return libraries.some(([name, library]) => name.test(variable) && args.some((arg) => library.test(arg)));
}

/** Whether a mention in this file means that the build reads the variable. */
export function mentionCounts(path: string): boolean {
  return !prose.test(path);
}

/** The last part of a program's path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function asksVersion(args: readonly string[]): boolean {
  return args.length > 0 && args.every((arg) => /^(?:-v|-V|-version|--version|--help)$/.test(arg));
}

/** `python -m pip`, `python -m venv`: tools of their own, listed in tools.ts or harmless. */
function isOtherModule(args: readonly string[]): boolean {
  const at = args.indexOf('-m');
  return at >= 0 && /^(?:pip|venv|ensurepip|virtualenv|compileall|site|pipx)$/.test(args[at + 1] ?? '');
}
