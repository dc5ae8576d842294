import {
  analyseRun,
  type Dockerfile,
  type Instruction,
  type ShellCommand,
  words,
  workdirAt,
} from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { isIn, resolvePath } from '../path.ts';

/** Programs of the project and of its package manager: they write into the project folder and into caches. */
const ofProject =
  /^(?:npm|npx|pnpm|pnpx|yarn|node|tsc|next|nuxt|nuxi|vite|webpack|rollup|esbuild|ng|nx|turbo|prisma|react-scripts|vue-cli-service|astro|gatsby|svelte-kit|nest|tsup|swc|babel)$/;

/** Programs that touch only the paths that they are given. */
const ofFiles = /^(?:rm|mkdir|cp|mv|chmod|chown|ln|touch|ls|cat|test|\[|find|sed)$/;

const harmless = /^(?:echo|printf|true|cd|set|export|env|sh|bash|exec)$/;

/** Folders whose content no program needs when it runs. */
const passing =
  /^\/(?:tmp|dev|var\/(?:tmp|cache)|(?:root|home\/[^/]+)\/\.(?:npm|npmrc|cache|yarn|yarnrc|netrc|ssh))(?:\/|$)/;

/**
 * Whether everything that the steps leave behind lies in the project folder.
 *
 * What a step installs or writes elsewhere would be missing in the runtime stage.
 */
export function checkSteps(dockerfile: Dockerfile, steps: readonly Instruction[], folder: string): Refusal | undefined {
  for (const step of steps) {
    const found = step.keyword === 'RUN' ? checkRun(dockerfile, step, folder) : checkCopy(dockerfile, step, folder);
    if (found) return found;
  }
  return undefined;
}

function checkCopy(dockerfile: Dockerfile, step: Instruction, folder: string): Refusal | undefined {
  const destination = words(step, dockerfile.escape).at(-1)?.value ?? '';
  const from = workdirAt(dockerfile, step);
  if (from !== undefined && !destination.includes('$') && isIn(folder, resolvePath(from, destination)))
    return undefined;
  return {
    refused: 'copy-elsewhere',
    why: `Line ${step.line}: ${step.keyword} writes to ${destination}, which is not in the project folder ${folder}.`,
    whatToChange: `Copy into ${folder}, or write the stages by hand.`,
  };
}

function checkRun(dockerfile: Dockerfile, step: Instruction, folder: string): Refusal | undefined {
  const analysis = analyseRun(step);
  const from = workdirAt(dockerfile, step) ?? '/';
  const stays = (path: string) => {
    const full = resolvePath(from, path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, '/root'));
    return isIn(folder, full) || passing.test(full);
  };
  const bad = analysis?.commands.find((command) => !isContained(command, stays));
  const redirect = analysis?.redirects.find(({ target }) => !/^&?\d*-?$/.test(target) && !stays(target));
  if (analysis?.complete && !bad && !redirect) return undefined;
  const what = bad ? `"${bad.program}"` : redirect ? `the redirect to ${redirect.target}` : 'the step';
  return {
    refused: 'system-step',
    why: `Line ${step.line}: ${what} may change what lies outside of the project folder ${folder}, and the program may need it.`,
    whatToChange: 'Write the stages by hand, with this step in the stage that needs it.',
  };
}

function isContained({ program, words: list }: ShellCommand, stays: (path: string) => boolean): boolean {
  const args = list.slice(1).map(({ value }) => value);
  if (harmless.test(program))
    return !(/^(?:sh|bash)$/.test(program) && args.some((arg) => !arg.startsWith('-')) && !args.includes('-c'));
  if (ofProject.test(program))
    return !args.some((arg) => arg === '-g' || arg === '--global' || arg === 'global' || arg === 'link');
  if (!ofFiles.test(program)) return false;
  const operands = args.filter((arg) => !arg.startsWith('-'));
  const paths = /^(?:chmod|chown|sed)$/.test(program) ? operands.slice(1) : operands;
  return /^(?:ls|cat|test|\[)$/.test(program) || paths.every(stays);
}
