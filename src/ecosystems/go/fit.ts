import type { Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { installsCompilers } from '../template/build-packages.ts';
import { cacheEdits } from '../template/cache.ts';
import { checkAssets } from '../template/copied.ts';
import { imageName } from '../template/image.ts';
import { isPlain } from '../template/plain.ts';
import { isRefusal, refuse } from '../template/refuse.ts';
import { checkOtherBase } from '../template/settings.ts';
import { type SingleStage, singleStage } from '../template/single-stage.ts';
import { stageValues } from '../template/stages.ts';
import { type Start, startOf } from '../template/start.ts';
import { sortSteps } from '../template/steps.ts';
import { findProgram } from './build.ts';
import { goSources } from './sources.ts';

/** No shell and no libraries: certificates, time zones, and the user of this number. Source: GoogleContainerTools/distroless. */
const runtime = { image: 'gcr.io/distroless/static-debian12:nonroot', user: '65532:65532' };

/** Sub-commands that run no code of the project, which might write what the program reads. */
const builds = /^(?:build|mod|install|get|env|version|vet|fmt|list|clean|work)$/;

const caches = [{ target: '/go/pkg/mod' }, { target: '/root/.cache/go-build' }];

/** The values for templates/go/Dockerfile, or the first precondition that does not hold. */
export function fitGo(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const single = singleStage(dockerfile, '/go');
  if (isRefusal(single)) return single;
  const base = checkBase(single);
  if (base) return base;
  const start = startOf(single);
  if (isRefusal(start)) return start;
  const program = checkStart(single, start);
  if (typeof program !== 'string') return program;
  const built = findProgram(single, program);
  if (built) return built;
  const sorted = sortSteps(single, {
    folders: [],
    project: (command, args) =>
      (command.program === 'go' && builds.test(args[0] ?? '')) ||
      command.program === 'rm' ||
      installsCompilers(command, args),
  });
  if (isRefusal(sorted)) return sorted;
  const found = checkOtherBase(single, start, /^GOROOT$/) ?? checkAssets(single, files, goSources(files));
  if (found) return found;
  return stageValues(single, {
    ...runtime,
    edits: cacheEdits(single, caches, (command) => command.program === 'go'),
    copies: [{ path: program }],
  });
}

function checkBase({ stage }: SingleStage): Refusal | undefined {
  const { name, tag = '', pinned } = imageName(stage.image);
  if (name === 'golang' && !pinned && !/windows|nanoserver/.test(tag)) return undefined;
  return refuse(
    'base-image',
    `Line ${stage.from.line}: ${stage.image} is not known to be the official image of Go, or is pinned as the runtime image could not be.`,
    'Build FROM golang without a digest, or write the stages by hand.',
  );
}

/** The absolute path of the program that is started. */
function checkStart({ startFolder, settings }: SingleStage, start: Start): string | Refusal {
  const { line } = start.instruction;
  const [word = ''] = start.words;
  if (!start.exec) {
    return refuse(
      'start-command',
      `Line ${line}: the runtime image of a static program has no shell.`,
      'Write CMD and ENTRYPOINT in exec form, such as CMD ["/app/server"].',
    );
  }
  if (startFolder === undefined || !isPlain(startFolder) || !settings.some(({ keyword }) => keyword === 'WORKDIR')) {
    return refuse('workdir', 'No WORKDIR is set, or its path is unusual.', 'Set a WORKDIR, such as /app.');
  }
  if (word.includes('/')) return resolvePath(startFolder, word);
  return refuse(
    'start-command',
    `Line ${line}: where ${word} lies depends on the search path of the image.`,
    'Start the program by its whole path, such as /usr/local/bin/server.',
  );
}
