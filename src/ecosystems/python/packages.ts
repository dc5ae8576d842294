import { analyseRun, type Instruction, userAt, valueAt } from '../../dockerfile/index.ts';
import type { Edit } from '../../finding.ts';
import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { isIn, resolvePath } from '../path.ts';
import { isPlain } from '../template/plain.ts';
import { refuse } from '../template/refuse.ts';
import { isRoot, type SingleStage } from '../template/single-stage.ts';
import { type Call, callsOf } from './calls.ts';
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
  /** The RUN that installs. */
  run: Instruction;
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
  const lock = usesOtherLock(install, files);
  if (lock) return lock;
  if (install.manager === 'uv') return inProject(single, folder, install, files, 'uv');
  if (install.manager === 'poetry') return withPoetry(single, folder, install, calls, files);
  return withPip(single, folder, install);
}

function withPip(single: SingleStage, folder: string, install: Call): Packages | Refusal {
  const made = environments(single);
  if (made.length > 1 || made.some((path) => path === undefined)) {
    return refuse(
      'environment',
      'There is more than one virtual environment, or its path holds a variable.',
      'Make one virtual environment by "python -m venv /opt/venv".',
    );
  }
  const [own] = made;
  const common = { manager: 'pip', prune: [], run: install.run } as const;
  if (own !== undefined) return { ...common, before: [], edits: [], ...(isIn(folder, own) ? {} : { folder: own }) };
  const set = single.stage.instructions.find(({ text }) =>
    /\b(?:PIP_(?:USER|TARGET|PREFIX)|PYTHONUSERBASE|PYTHONNOUSERSITE)\b|--(?:target|prefix|root|user)\b/.test(text),
  );
  if (set) {
    return refuse(
      'install-folder',
      `Line ${set.line}: packages are installed into a folder of their own.`,
      'Install with pip into a virtual environment, such as one of "python -m venv /opt/venv".',
    );
  }
  const user = userAt(single.dockerfile, install.run);
  if (user !== undefined && !isRoot(user)) {
    return refuse(
      'install-user',
      `Line ${install.run.line}: ${user} installs the packages, into a home folder.`,
      'Install them in front of USER, or into a virtual environment, such as one of "python -m venv /opt/venv".',
    );
  }
  const { end } = single.stage.from.lineRange;
  const edits = [{ range: { start: end, end }, text: `${userBaseLine}\n` }];
  return { ...common, folder: userBase, before: [userBaseLine], edits };
}

/** The virtual environments that RUNs make; undefined for a path that the text does not tell. */
function environments(single: SingleStage): (string | undefined)[] {
  return single.steps.flatMap((run) =>
    analyseRun(run).commands.flatMap(({ program, words }) => {
      const args = words.slice(1).map(({ value }) => value);
      const at = args.indexOf('-m');
      const venv =
        /^(?:virtualenv|uv)$/.test(program) ||
        (/^python/.test(program) && /^(?:venv|virtualenv)$/.test(args[at + 1] ?? ''));
      const operands = (program === 'virtualenv' ? args : args.slice(at === -1 ? 1 : at + 2)).filter(
        (arg) => !arg.startsWith('-'),
      );
      if (!venv || (program === 'uv' && args[0] !== 'venv')) return [];
      const from = single.folderAt(run);
      const path = operands[0];
      if (path === undefined || from === undefined || !isPlain(path) || args.includes('--system-site-packages'))
        return [undefined];
      return [resolvePath(from, path)];
    }),
  );
}

/** An environment in the project folder comes along with it. */
function inProject(
  single: SingleStage,
  folder: string,
  install: Call,
  files: ProjectFiles,
  manager: 'poetry' | 'uv',
): Packages | Refusal {
  const place = manager === 'uv' ? valueAt(single.dockerfile, install.run, 'UV_PROJECT_ENVIRONMENT') : undefined;
  const path = place === undefined ? folder : resolvePath(folder, place);
  if (!isPlain(path) || /UV_(?:SYSTEM_PYTHON|PYTHON_INSTALL_DIR)/.test(single.dockerfile.source)) {
    return refuse('environment', 'Where uv keeps the packages cannot be told.', 'Leave uv its environment ".venv".');
  }
  const before = manager === 'uv' ? ['ENV UV_PYTHON_DOWNLOADS=never'] : [];
  const { end } = single.stage.from.lineRange;
  const edits = before.map((line) => ({ range: { start: end, end }, text: `${line}\n` }));
  const prune = pruneStep(single, install, files);
  return { manager, before, edits, prune, run: install.run, ...(isIn(folder, path) ? {} : { folder: path }) };
}

function withPoetry(
  single: SingleStage,
  folder: string,
  install: Call,
  calls: readonly Call[],
  files: ProjectFiles,
): Packages | Refusal {
  const { dockerfile, stage } = single;
  const says = (name: string, key: string) =>
    [
      valueAt(dockerfile, install.run, name) ?? '',
      ...stage.instructions.map(({ text }) => new RegExp(`virtualenvs\\.${key}\\s+(\\w+)`).exec(text)?.[1] ?? ''),
    ].filter(Boolean);
  if (says('POETRY_VIRTUALENVS_IN_PROJECT', 'in-project').some((value) => /^(?:1|true)$/i.test(value))) {
    return inProject(single, folder, install, files, 'poetry');
  }
  const alone = calls.every(({ run, installsProject }) => installsProject || run !== install.run);
  const inSystem = says('POETRY_VIRTUALENVS_CREATE', 'create').some((value) => /^(?:0|false)$/i.test(value));
  if (inSystem && alone && environments(single).length === 0) {
    const lines = [`ENV VIRTUAL_ENV=${environment} PATH=${environment}/bin:$PATH`];
    const { start } = install.run.lineRange;
    const text = [`RUN python -m venv ${environment}`, ...lines].map((line) => `${line}\n`).join('');
    const prune = pruneStep(single, install, files);
    return {
      manager: 'poetry',
      folder: environment,
      before: lines,
      edits: [{ range: { start, end: start }, text }],
      prune,
      run: install.run,
    };
  }
  return refuse(
    'environment',
    `Line ${install.run.line}: where poetry keeps the packages cannot be told.`,
    'Set ENV POETRY_VIRTUALENVS_IN_PROJECT=1 in front of "poetry install", and ENV PATH="/app/.venv/bin:$PATH".',
  );
}
