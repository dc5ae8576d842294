import { userAt, valueAt } from '../../dockerfile/index.ts';
import type { Edit } from '../../finding.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { isIn, resolvePath } from '../path.ts';
import { isPlain } from '../template/plain.ts';
import { refuse } from '../template/refuse.ts';
import { isRoot, type SingleStage } from '../template/single-stage.ts';
import { type Call, callsOf } from './calls.ts';
import { environments, runsIn } from './environments.ts';
import { pruneStep, usesOtherLock } from './prune.ts';

/** Where the packages are, and what it takes to have them there. */
export interface Packages {
  manager: 'pip' | 'poetry' | 'uv';
  /** The folder that holds them, outside of the project folder. */
  folder?: string;
  /** Instructions of both stages in front of everything else. */
  before: readonly string[];
  /** Changes of the build stage, which has `before` too. */
  edits: readonly Edit[];
  /** What takes development packages out again. */
  prune: readonly string[];
}

/**
 * pip's folder for packages of one user, which every Python of the image searches: what pip installs goes there and not
 * between the packages of the base image. Source: `site.USER_BASE`, `pip install --user`.
 */
const userBase = '/opt/python';
const userBaseLine = `ENV PIP_USER=1 PYTHONUSERBASE=${userBase} PATH=${userBase}/bin:$PATH`;

/** Where the template makes an environment for poetry. */
const environment = '/opt/venv';

/** How the project's packages are installed, or why they cannot be told from those of the base image. */
export function findPackages(single: SingleStage, folder: string, files: ProjectFiles): Packages | Refusal {
  const calls = single.steps.flatMap((run) => callsOf(run));
  const other = calls.find(({ manager }) => manager === 'other');
  if (other) {
    return refuse(
      'package-manager',
      `Line ${other.run.line}: ${other.program} keeps packages where they cannot be told from others.`,
      'Install with pip, poetry or "uv sync".',
    );
  }
  const installs = calls.filter(({ installsProject }) => installsProject);
  const managers = new Set(installs.map(({ manager }) => manager));
  const [install] = installs;
  if (!install || managers.size !== 1) {
    return refuse(
      'install-command',
      install
        ? 'The project is installed by several package managers.'
        : 'No RUN installs the packages with pip install, poetry install or uv sync.',
      'Install the packages in a RUN of its own, by one package manager.',
    );
  }
  const lock = installs.map((call) => usesOtherLock(call, files)).find((found) => found !== undefined);
  if (lock) return lock;
  if (install.manager === 'uv') return inProject(single, folder, installs, files);
  if (install.manager === 'poetry') return withPoetry(single, folder, installs, calls, files);
  return withPip(single, folder, installs);
}

function withPip(single: SingleStage, folder: string, installs: readonly Call[]): Packages | Refusal {
  const made = environments(single);
  if (made.length > 1 || made.some((path) => path === undefined)) {
    return refuse(
      'environment',
      'There is more than one virtual environment, or its path holds a variable.',
      'Make one virtual environment by "python -m venv /opt/venv".',
    );
  }
  const [own] = made;
  const common = { manager: 'pip', prune: [] } as const;
  if (own !== undefined) {
    const astray = installs.find((call) => !runsIn(single, call, own));
    if (astray) return outsideOf(own, astray);
    return { ...common, before: [], edits: [], ...(isIn(folder, own) ? {} : { folder: own }) };
  }
  const set =
    single.stage.instructions.find(({ text }) =>
      /\b(?:PIP_(?:USER|TARGET|PREFIX|ROOT)|PYTHONUSERBASE|PYTHONNOUSERSITE)\b/.test(text),
    ) ?? installs.find(({ args }) => args.some((arg) => /^(?:--(?:target|prefix|root|user)(?:=|$)|-t)/.test(arg)))?.run;
  if (set) {
    return refuse(
      'install-folder',
      `Line ${set.line}: packages are installed into a folder of their own.`,
      'Install with pip into a virtual environment, such as one of "python -m venv /opt/venv".',
    );
  }
  const user = checkUser(single, installs);
  if (user) return user;
  const { end } = single.stage.from.lineRange;
  const edits = [{ range: { start: end, end }, text: `${userBaseLine}\n` }];
  return { ...common, folder: userBase, before: [userBaseLine], edits };
}

function outsideOf(environment: string, { run }: Call): Refusal {
  return refuse(
    'environment',
    `Line ${run.line}: pip is not seen to install into the virtual environment ${environment}.`,
    `Set ENV PATH="${environment}/bin:$PATH" in front of it.`,
  );
}

/** Only root can write into the folder that the template chooses. */
function checkUser({ dockerfile }: SingleStage, installs: readonly Call[]): Refusal | undefined {
  for (const { run } of installs) {
    const user = userAt(dockerfile, run);
    if (user === undefined || isRoot(user)) continue;
    return refuse(
      'install-user',
      `Line ${run.line}: ${user} installs the packages, into a home folder.`,
      'Install them in front of USER, or into a virtual environment, such as one of "python -m venv /opt/venv".',
    );
  }
  return undefined;
}

/** An environment in the project folder comes along with it. */
function inProject(
  single: SingleStage,
  folder: string,
  installs: readonly Call[],
  files: ProjectFiles,
): Packages | Refusal {
  const install = installs[0]!;
  const manager = install.manager === 'uv' ? 'uv' : 'poetry';
  const place = manager === 'uv' ? valueAt(single.dockerfile, install.run, 'UV_PROJECT_ENVIRONMENT') : undefined;
  const path = place === undefined ? folder : resolvePath(folder, place);
  if (!isPlain(path) || /UV_(?:SYSTEM_PYTHON|PYTHON_INSTALL_DIR)/.test(single.dockerfile.source)) {
    return refuse('environment', 'Where uv keeps the packages cannot be told.', 'Leave uv its environment ".venv".');
  }
  const before = manager === 'uv' ? ['ENV UV_PYTHON_DOWNLOADS=never'] : [];
  const { end } = single.stage.from.lineRange;
  const edits = before.map((line) => ({ range: { start: end, end }, text: `${line}\n` }));
  const prune = pruneStep(single, installs, files);
  return { manager, before, edits, prune, ...(isIn(folder, path) ? {} : { folder: path }) };
}

function withPoetry(
  single: SingleStage,
  folder: string,
  installs: readonly Call[],
  calls: readonly Call[],
  files: ProjectFiles,
): Packages | Refusal {
  const install = installs[0]!;
  const { dockerfile, stage } = single;
  const says = (name: string, key: string) =>
    [
      valueAt(dockerfile, install.run, name) ?? '',
      ...stage.instructions.map(({ text }) => new RegExp(`virtualenvs\\.${key}\\s+(\\w+)`).exec(text)?.[1] ?? ''),
    ].filter(Boolean);
  if (says('POETRY_VIRTUALENVS_IN_PROJECT', 'in-project').some((value) => /^(?:1|true)$/i.test(value))) {
    return inProject(single, folder, installs, files);
  }
  // poetry itself must not get into the environment that the template makes in front of this RUN
  const alone = calls.every(({ run, manager }) => manager !== 'pip' || run !== install.run);
  const inSystem = says('POETRY_VIRTUALENVS_CREATE', 'create').some((value) => /^(?:0|false)$/i.test(value));
  if (inSystem && alone && environments(single).length === 0) {
    const user = checkUser(single, installs);
    if (user) return user;
    const lines = [`ENV VIRTUAL_ENV=${environment} PATH=${environment}/bin:$PATH`];
    const { start } = install.run.lineRange;
    const text = [`RUN python -m venv ${environment}`, ...lines].map((line) => `${line}\n`).join('');
    const prune = pruneStep(single, installs, files);
    const edits = [{ range: { start, end: start }, text }];
    return { manager: 'poetry', folder: environment, before: lines, edits, prune };
  }
  return refuse(
    'environment',
    `Line ${install.run.line}: where poetry keeps the packages cannot be told.`,
    'Set ENV POETRY_VIRTUALENVS_IN_PROJECT=1 in front of "poetry install", and ENV PATH="/app/.venv/bin:$PATH".',
  );
}
