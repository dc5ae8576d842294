import type { RuleContext } from './context.ts';
import type { FileUse } from './file-readers.ts';
import type { Landing } from './landings.ts';
import type { Obstacle } from './obstacles.ts';
import { leaves, linesOf, stagesFrom } from './place.ts';
import { yamlKey } from './yaml.ts';

/** What is to become of a credential file. */
export type FileDecision =
  /** It goes; the RUNs that read it, if any, get it as a mount. */
  | 'build'
  /** It goes, and the running program gets it when the container starts. */
  | 'runtime'
  /** Nobody has said whether the running program needs it. */
  | 'open'
  /** It stays where it is: in a stage that is no part of the image, and out of which nothing takes it. */
  | 'harmless';

/** Files that only tools of a build read. */
const buildFamilies = new Set(['npm', 'pip', 'bundler', 'composer', 'maven', 'gradle', 'nuget', 'cargo', 'sentry']);

/** Files that tools of a build read, but running programs too: for the build when a step is seen to use them. */
const mixedFamilies = new Set(['git', 'ssh', 'netrc', 'terraform', 'huggingface', 'kaggle', 'docker']);

/** Decides what is to become of the file, without guessing. */
export function decideFile(context: RuleContext, landing: Landing, use: FileUse): FileDecision {
  const answer = context.files.needed(landing.path);
  if (answer) return answer === 'runtime' ? 'runtime' : 'build';
  const { family } = landing.credential;
  const harmless = !isTaken(context, landing, use);
  // What a folder drags along was not asked for by name: it goes, and the finding says how to hand it over.
  if (!landing.named) return harmless ? 'harmless' : 'build';
  if (buildFamilies.has(family) || use.deleted) return 'build';
  if (mixedFamilies.has(family) && use.readers.length > 0) return 'build';
  return harmless ? 'harmless' : 'open';
}

/** Whether the file leaves the machine, with its own stage or with one that copies its folder. */
function isTaken(context: RuleContext, landing: Landing, use: FileUse): boolean {
  return (
    stagesFrom(context, landing.instruction).some((stage) => leaves(context, stage)) ||
    use.takenAlong ||
    use.takenBy.length > 0
  );
}

/** What stands in the way of mounting the file instead of copying it. */
export function fileObstacle(context: RuleContext, landing: Landing, use: FileUse): Obstacle | undefined {
  const { path } = landing;
  const [taken] = use.takenBy;
  if (taken !== undefined) {
    return {
      message: `${path} is copied on into another stage on ${linesOf(context, [taken])}.`,
      remedy: `Remove that COPY --from; hand ${path} over when the container starts if the program needs it.`,
    };
  }
  const [changer] = use.changers;
  if (changer !== undefined) {
    return {
      message: `${path} is changed on ${linesOf(context, [changer])}, where it would stay in the image.`,
      remedy: `Change ${path} before the build, or let the RUN that needs it write a changed copy and remove that again.`,
    };
  }
  const [copier] = use.copiers;
  if (copier !== undefined) {
    return {
      message: `${path} is copied to another place on ${linesOf(context, [copier])}, where it would stay in the image.`,
      remedy: `COPY ${path} directly to where it is needed: safebuild then mounts it there for the build.`,
    };
  }
  return undefined;
}

/** How the user answers what the file is needed for. */
export function fileQuestion(path: string): string {
  return `Say in safebuild.yaml what needs it:\n  files:\n    ${yamlKey(path)}: { needed: runtime }   # or: build, never; image, if it is no secret`;
}

/** The ways to hand a file to a container when it starts. */
export function fileAtRuntime(path: string, target: string): string {
  const variables = /(?:^|\/)\.env/.test(path) ? `docker run --env-file ${path}, ` : '';
  return `Hand it over when the container starts: ${variables}docker run -v "$PWD/${path}:${target}:ro", a compose or swarm secret, or a Kubernetes Secret.`;
}
