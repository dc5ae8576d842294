import { analyseRun, type Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { cacheEdits } from '../template/cache.ts';
import { imageName } from '../template/image.ts';
import { isPlain } from '../template/plain.ts';
import { isRefusal, refuse } from '../template/refuse.ts';
import { checkOtherBase } from '../template/settings.ts';
import { type SingleStage, singleStage } from '../template/single-stage.ts';
import { stageValues } from '../template/stages.ts';
import { type Start, startOf } from '../template/start.ts';
import { argsOf, sortSteps } from '../template/steps.ts';

/** APP_UID of the images from .NET 8 on. Source: dotnet/dotnet-docker. */
const user = '1654:1654';

/** Only what is downloaded; NuGet.Config with its logins lies beside it. */
const caches = [{ target: '/root/.nuget/packages' }];

/** The values for templates/dotnet/Dockerfile, or the first precondition that does not hold. */
export function fitDotnet(dockerfile: Dockerfile, _files: ProjectFiles): TemplateValues | Refusal {
  const single = singleStage(dockerfile, '/');
  if (isRefusal(single)) return single;
  const image = runtimeImage(single);
  if (typeof image !== 'string') return image;
  const start = startOf(single);
  if (isRefusal(start)) return start;
  const output = publishedTo(single, start);
  if (typeof output !== 'string') return output;
  const sorted = sortSteps(single, {
    folders: [],
    project: (command, args) =>
      (command.program === 'dotnet' && /^(?:restore|build|publish|clean|--version|--info)$/.test(args[0] ?? '')) ||
      command.program === 'rm',
  });
  if (isRefusal(sorted)) return sorted;
  const found = checkOtherBase(single, start, /^DOTNET_ROOT$/);
  if (found) return found;
  return stageValues(single, {
    image,
    user,
    edits: cacheEdits(single, caches, ({ program }) => program === 'dotnet'),
    copies: [{ path: output, owned: true }],
  });
}

/** ASP.NET's image has all that a plain program needs, too. */
function runtimeImage({ stage }: SingleStage): string | Refusal {
  const { name, tag = '', pinned } = imageName(stage.image);
  const fits = /^\d+\.\d+(?:-(?:alpine|jammy|noble|bookworm-slim|azurelinux3\.0)[\d.]*)?$/.test(tag);
  if (name === 'mcr.microsoft.com/dotnet/sdk' && fits && !pinned) return `mcr.microsoft.com/dotnet/aspnet:${tag}`;
  return refuse(
    'base-image',
    `Line ${stage.from.line}: the runtime image that belongs to ${stage.image} cannot be told.`,
    'Build FROM mcr.microsoft.com/dotnet/sdk with a version of two numbers, such as sdk:8.0, without a digest.',
  );
}

/**
 * The folder that `dotnet publish -o` fills and that the program is started in.
 *
 * Settings and web pages are looked for in the folder in which the program starts: it must be that of what is published.
 */
function publishedTo(single: SingleStage, { instruction, words: [program, library = ''] }: Start): string | Refusal {
  const folder = single.startFolder;
  const outputs = single.steps.flatMap((run) => {
    const { commands } = analyseRun(run);
    const from = single.folderAt(run);
    if (from === undefined || commands.some((command) => command.program === 'cd')) return [];
    return commands.flatMap((command) => {
      const args = argsOf(command);
      const at = args.findIndex((arg) => /^(?:-o|--output)(?:=|$)/.test(arg));
      if (command.program !== 'dotnet' || args[0] !== 'publish' || at === -1) return [];
      const path = /=(.*)/.exec(args[at]!)?.[1] ?? args[at + 1] ?? '';
      const output = resolvePath(from, path);
      return path !== '' && isPlain(output) ? [output] : [];
    });
  });
  const [output] = outputs;
  const started = program === 'dotnet' && /^[\w./-]+\.dll$/.test(library) ? resolvePath(folder ?? '/', library) : '';
  if (output === undefined || outputs.length > 1 || !started.startsWith(`${output}/`) || output === '/') {
    return refuse(
      'artifact',
      `Line ${instruction.line}: what it starts is not seen to come from one "dotnet publish -o".`,
      'Publish with "dotnet publish -c Release -o /out" and start by ENTRYPOINT ["dotnet", "NAME.dll"].',
    );
  }
  if (folder === output) return output;
  return refuse(
    'workdir',
    `Line ${instruction.line}: the program starts in ${folder}, where it looks for its settings, and not in ${output}.`,
    `Set WORKDIR ${output} in front of it.`,
  );
}
