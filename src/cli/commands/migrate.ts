import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fetchingFor } from '../../build/fetching.ts';
import type { BuildOptions } from '../../build/host.ts';
import { maskedError } from '../../build/masked.ts';
import { readSources } from '../../build/sources.ts';
import type { BuildRequest } from '../../buildx/index.ts';
import { isFolder, readDockerfile } from '../../context/index.ts';
import { hasCode, SafebuildError } from '../../errors.ts';
import {
  type Asker,
  agentLines,
  beginMigration,
  changesOf,
  compare,
  converse,
  count,
  type FileChange,
  type Migration,
  mendAll,
  nextSteps,
  type Project,
  patchOf,
  projectOf,
  realTarget,
  remaining,
  renderPlan,
  shownDiff,
  splitOf,
  undo,
  withSplit,
  writeChanges,
} from '../../migrate/index.ts';
import { paintDiff } from '../../report/diff.ts';
import { renderText } from '../../report/index.ts';
import { migrateHelp } from '../help.ts';
import { hostFor } from '../host.ts';
import { type Io, paintFor } from '../io.ts';
import { type OwnFlags, splitFlags } from '../own-flags.ts';
import { createAsker, isInteractive } from '../prompts.ts';
import { trustPrompt } from '../trust-prompt.ts';
import { configOf } from './build.ts';
import { flagTable, type Mode, migrateArguments, migratedRequest } from './migrate-arguments.ts';

/** `safebuild migrate`; returns the exit code. */
export async function migrateCommand(argv: readonly string[], io: Io): Promise<number> {
  const { own, docker: args } = splitFlags(argv, flagTable);
  if (own.help) {
    await io.stdout.write(migrateHelp);
    return 0;
  }
  const { mode, patchFile, proves, sshAgent } = migrateArguments(args, own);
  const request = migratedRequest(args);
  if (mode === 'undo') return undoLast(request, io);
  const { envFiles, secretFrom, trustSources } = own;
  const options = { envFiles, secretFrom, trustSources, ...configOf(own, io) };
  const host = { ...hostFor(io, { quietStdout: true }), ...trustPrompt(io) };
  const fetching = fetchingFor(host, options, request.context);
  try {
    // Only what is built needs values.
    const sources = await readSources(request, options, proves ? { ...host, fetching } : host);
    const project = await projectOf(sources, request);
    return await migrate({ project, own, mode, patchFile, proves, sshAgent, options }, io).catch((error: unknown) => {
      throw maskedError(error, project.redactor);
    });
  } finally {
    await fetching.close();
  }
}

interface Asked {
  project: Project;
  own: OwnFlags;
  mode: Mode | undefined;
  patchFile: string | undefined;
  proves: boolean;
  sshAgent: boolean;
  options: BuildOptions;
}

async function migrate({ project, own, mode, patchFile, proves, sshAgent, options }: Asked, io: Io): Promise<number> {
  const asks = mode === undefined && isInteractive(io);
  const migration = asks
    ? await converse({
        project,
        asker: await createAsker(io),
        paint: paintFor(io.stdout, io.env),
        sshAgent: sshAgent || (io.env.SSH_AUTH_SOCK ?? '') !== '',
        ...(own.multiStage === undefined ? {} : { offersSplit: own.multiStage === 'always' }),
      })
    : planned(project, own, sshAgent);
  if (migration === undefined) {
    await io.stdout.write('safebuild: nothing was written.\n');
    return 4;
  }
  const left = remaining(project, migration);
  const open = left.open.length + migration.problems.length;
  const changes = await changesOf(project, migration, io.cwd);
  const plan: Plan = { project, migration, changes, exitCode: open > 0 ? 4 : 0, proves, options };
  if (mode === 'diff') {
    await io.stdout.write(paintDiff(shownDiff(project, changes), paintFor(io.stdout, io.env)));
    return plan.exitCode;
  }
  const summary = project.redactor.redactText(headline(plan, open));
  await io.stdout.write(
    `${asks && changes.length > 0 ? '\n' : ''}${summary}\n${renderPlan(project, migration, left, paintFor(io.stdout, io.env))}`,
  );
  await tellAgentLines(plan, io);
  if (changes.length === 0) return plan.exitCode;
  if (mode === 'yes') return write(plan, io);
  if (mode === 'patch') return writePatch(plan, patchFile ?? '', io);
  await io.stdout.write(`\n${paintDiff(shownDiff(project, changes), paintFor(io.stdout, io.env))}\n`);
  if (mode === 'dry-run') return plan.exitCode;
  if (asks) return confirm(plan, io);
  await io.stdout.write('safebuild: nothing was written: run it on a terminal, or with --yes.\n');
  return 4;
}

/** The builds in pipelines that would fail without the ssh agent. */
async function tellAgentLines({ project, migration }: Plan, io: Io): Promise<void> {
  const lines = await agentLines(project, migration);
  if (lines.length === 0) return;
  const text = [
    '',
    'These builds need the ssh agent, with the key in it (ssh-add), and so must read:',
    ...lines.map((line) => `  ${line}`),
  ];
  await io.stdout.write(project.redactor.redactText(text.map((line) => `${line}\n`).join('')));
}

interface Plan {
  project: Project;
  migration: Migration;
  changes: readonly FileChange[];
  /** 4 where something waits for a person. */
  exitCode: number;
  /** Whether both versions are built and searched, without asking. */
  proves: boolean;
  options: BuildOptions;
}

function headline({ migration, changes }: Plan, open: number): string {
  const waiting = open === 0 ? '' : `; ${open} ${open === 1 ? 'waits' : 'wait'} for a person`;
  if (changes.length === 0 && open === 0) return 'safebuild: nothing to migrate.';
  const files = changes.map(({ path }) => path).join(', ') || 'no file';
  return `safebuild: the plan mends ${count(migration.mended.length, 'finding')} in ${files}${waiting}`;
}

/** The migration that needs no answers, with the split where `--multi-stage` asks for it. */
function planned(project: Project, own: OwnFlags, sshAgent: boolean): Migration {
  const migration = mendAll(project, beginMigration(project), sshAgent);
  if (own.multiStage !== 'always') return migration;
  const split = splitOf(project, migration);
  if ('text' in split) return withSplit(migration, split);
  if (split.refused === 'one-stage') return migration;
  const problem = `It cannot be split into a build and a runtime stage: ${split.why} ${split.whatToChange}`;
  return { ...migration, problems: [...migration.problems, problem] };
}

async function confirm(plan: Plan, io: Io): Promise<number> {
  const asker = await createAsker(io);
  const reply = await asker.choose(`Write ${count(plan.changes.length, 'file')}?`, [
    { value: 'write', name: 'Write: safebuild migrate --undo brings the originals back' },
    { value: 'quit', name: 'Quit, and write nothing' },
  ]);
  if (reply === 'write') {
    const exitCode = await write(plan, io);
    if (plan.proves) return exitCode;
    return (await wantsProof(asker)) ? proveBoth(plan, io) : exitCode;
  }
  await io.stdout.write('safebuild: nothing was written.\n');
  return 4;
}

/** Who leaves at this question has a migrated project: it is no interruption. */
async function wantsProof(asker: Asker): Promise<boolean> {
  const choices = [
    { value: 'yes', name: 'Yes: nothing of them is loaded, tagged or pushed' },
    { value: 'no', name: 'No' },
  ];
  const question = 'Build both versions, the old one and the new one, and search them?';
  const reply = await asker.choose(question, choices).catch((error: unknown) => {
    if (hasCode(error, 'INTERRUPTED')) return 'no';
    throw error;
  });
  return reply === 'yes';
}

async function write(plan: Plan, io: Io): Promise<number> {
  const { project, migration, changes, exitCode, proves } = plan;
  const originals = await writeChanges(project.dockerfile.path, changes, io.env, new Date());
  const steps = nextSteps(project, migration, io.cwd).flatMap((step) => step.split('\n'));
  const lines = [
    `safebuild: wrote ${changes.map(({ path }) => path).join(', ')}`,
    `  The originals are in ${originals}; safebuild migrate --undo puts them back.`,
    ...steps.map((step) => `  ${step}`),
  ];
  await io.stdout.write(project.redactor.redactText(lines.map((line) => `${line}\n`).join('')));
  return proves ? proveBoth(plan, io) : exitCode;
}

/** Where the new version leaks or cannot be built, that is how it ends. */
async function proveBoth({ project, options, exitCode }: Plan, io: Io): Promise<number> {
  const paint = paintFor(io.stdout, io.env);
  const { before, after } = await compare(project, options, hostFor(io, { quietStdout: true }));
  for (const [title, report] of [
    ['The old version, as docker builds it', before],
    ['The new version', after],
  ] as const) {
    const words =
      report.verdict === 'build-failed'
        ? 'safebuild: it cannot be built here, so it was not searched\n'
        : renderText({ ...report, command: 'verify' }, paint);
    await io.stdout.write(`\n${paint.bold(title)}\n${words}`);
  }
  return after.exitCode === 0 ? exitCode : after.exitCode;
}

async function writePatch({ project, changes, exitCode }: Plan, file: string, io: Io): Promise<number> {
  const patch = patchOf(project, changes);
  if (patch === undefined) {
    throw new SafebuildError('NEEDS_PERSON', 'The patch would quote the value of a secret, so it was not written.', {
      hint: 'Use --yes instead, or --diff for a diff with every value masked.',
    });
  }
  await writeFile(resolve(io.cwd, file), patch, { mode: 0o600 }).catch((cause: unknown) => {
    throw new SafebuildError('USAGE', `${file} cannot be written.`, {
      cause,
      hint: 'Name a file in a folder of yours.',
    });
  });
  await io.stdout.write(`safebuild: wrote ${file}; apply it in this folder with: patch -p1 < ${file}\n`);
  return exitCode;
}

async function undoLast(request: BuildRequest, io: Io): Promise<number> {
  const dir = resolve(io.cwd, request.context ?? '.');
  const file = (await isFolder(dir)) ? await readDockerfile(io.cwd, dir, request.file) : undefined;
  if (file?.path === undefined) {
    throw new SafebuildError('USAGE', 'There is no Dockerfile whose migration could be undone.', {
      hint: 'Name the folder that is built, and the Dockerfile with --file.',
    });
  }
  const paths = await undo(await realTarget(file.path), io.env);
  await io.stdout.write(
    `safebuild: put back ${paths.map((path) => relative(io.cwd, path) || path).join(', ')} as before the migration\n`,
  );
  return 0;
}
