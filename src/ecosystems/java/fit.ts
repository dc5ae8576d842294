import type { Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { installsCompilers } from '../template/build-packages.ts';
import { type Cache, cacheEdits } from '../template/cache.ts';
import { checkAssets } from '../template/copied.ts';
import { imageName } from '../template/image.ts';
import { isRefusal } from '../template/refuse.ts';
import { checkOtherBase } from '../template/settings.ts';
import { singleStage } from '../template/single-stage.ts';
import { nobody, stageValues } from '../template/stages.ts';
import { startOf } from '../template/start.ts';
import { sortSteps } from '../template/steps.ts';
import { checkWhole, sources } from './build-files.ts';
import { buildTool, findJar, type Jar } from './jar.ts';
import { runtimeImage } from './runtime-image.ts';

/** The values for templates/java/Dockerfile, or the first precondition that does not hold. */
export function fitJava(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const single = singleStage(dockerfile, baseFolder(dockerfile));
  if (isRefusal(single)) return single;
  const image = runtimeImage(single.stage);
  if (typeof image !== 'string') return image;
  const start = startOf(single);
  if (isRefusal(start)) return start;
  const jar = findJar(single, start);
  if (isRefusal(jar)) return jar;
  const sorted = sortSteps(single, {
    folders: [],
    project: (command, args, from) =>
      buildTool(command.program) !== undefined ||
      command.program === 'rm' ||
      (command.program === 'chmod' &&
        args.every((arg) => !arg.includes('/') || /^(?:\.\/)?(?:mvnw|gradlew)$/.test(arg))) ||
      (/^(?:cp|mv)$/.test(command.program) && isJarCopy(args, from, jar)) ||
      installsCompilers(command, args),
  });
  if (isRefusal(sorted)) return sorted;
  const found =
    checkWhole(jar.tool, files) ??
    checkOtherBase(single, start, /^JAVA_HOME$/) ??
    checkAssets(single, files, (path) => sources.test(path));
  if (found) return found;
  return stageValues(single, {
    image,
    user: nobody,
    edits: cacheEdits(single, [cacheOf(jar, single.stage.image)], ({ program }) => buildTool(program) !== undefined),
    copies: [
      { path: jar.path, to: jar.path.includes('*') ? jar.path.slice(0, jar.path.lastIndexOf('/') + 1) : jar.path },
    ],
  });
}

/** Gradle's image has a WORKDIR of its own, which the runtime image has not. */
function baseFolder({ stages: [stage] }: Dockerfile): string | undefined {
  return stage && imageName(stage.image).name !== 'gradle' ? '/' : undefined;
}

/** Whether `cp` or `mv` writes the jar that is started. */
function isJarCopy(args: readonly string[], from: string, { path }: Jar): boolean {
  const [, target = '', ...more] = args.filter((arg) => !arg.startsWith('-'));
  return more.length === 0 && resolvePath(from, target) === path;
}

/** Only what is downloaded: settings with logins lie beside it. The official Gradle image has its home elsewhere. */
function cacheOf({ tool }: Jar, image: string): Cache {
  if (tool === 'maven') return { target: '/root/.m2/repository', locked: true };
  const home = imageName(image).name === 'gradle' ? '/home/gradle' : '/root';
  return { target: `${home}/.gradle/caches`, locked: true };
}
