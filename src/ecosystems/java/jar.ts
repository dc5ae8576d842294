import { analyseRun, type Instruction } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { resolvePath } from '../path.ts';
import { refuse } from '../template/refuse.ts';
import type { SingleStage } from '../template/single-stage.ts';
import type { Start } from '../template/start.ts';
import { argsOf } from '../template/steps.ts';

/** The one jar that is built and started. */
export interface Jar {
  tool: 'maven' | 'gradle';
  /** Absolute; `*` in its file name as the start command has it. */
  path: string;
}

/** Programs of the build tools, the wrappers of a project among them. */
const tools = { mvn: 'maven', mvnw: 'maven', gradle: 'gradle', gradlew: 'gradle' } as const;
const outputFolders = { maven: 'target', gradle: 'build/libs' } as const;

/** Options that name further files. Source: the manual page of `java`. */
const otherFiles =
  /-(?:javaagent|agentpath|agentlib)\b|^-(?:cp|classpath|p)$|--(?:module-path|class-path)\b|^@|(?:^|[=:/])src\//;

/** The build tool that a program is. */
export function buildTool(program: string): Jar['tool'] | undefined {
  return Object.hasOwn(tools, program) ? tools[program as keyof typeof tools] : undefined;
}

/** The jar of `java -jar`, where a RUN is seen to make it in the folder of its build tool, or to copy it from there. */
export function findJar(single: SingleStage, start: Start): Jar | Refusal {
  const { line } = start.instruction;
  const at = start.words.indexOf('-jar');
  const named = start.words[at + 1];
  if (!/^(?:\S*\/)?java$/.test(start.words[0] ?? '') || at === -1 || named === undefined) {
    return refuse(
      'start-command',
      `Line ${line}: the program is not started by "java -jar".`,
      'Start one jar by CMD ["java", "-jar", "/app/app.jar"].',
    );
  }
  const other = [...start.words, ...single.settings.map(({ text }) => text)].find((word) => otherFiles.test(word));
  if (other !== undefined) {
    return refuse(
      'start-command',
      'The Java runtime is told to read other files than the jar.',
      'Leave agents, class paths and argument files away, or write the stages by hand.',
    );
  }
  const folder = single.startFolder ?? '/';
  const path = resolvePath(folder, named);
  // without a shell the pattern is a name
  const readable = (start.exec ? /^[\w./+@-]+\.jar$/ : /^[\w./+@-]+(?:\*[\w.-]*)?\.jar$|^[\w./+@-]*\*\.jar$/).test(
    path,
  );
  const made = readable ? single.steps.flatMap((run) => madeBy(single, run, path)) : [];
  const [tool] = made;
  if (tool !== undefined && made.every((other) => other === tool)) return { tool, path };
  return refuse(
    'artifact',
    `Line ${line}: no RUN is seen to make ${named} with Maven or Gradle.`,
    'Start the jar as target/NAME.jar or build/libs/NAME.jar, or copy it from there in a RUN of the build.',
  );
}

/** The build tools by which the RUN makes the jar at `path`. */
function madeBy(single: SingleStage, run: Instruction, path: string): Jar['tool'][] {
  const from = single.folderAt(run);
  const { commands } = analyseRun(run);
  if (from === undefined || commands.some(({ program }) => program === 'cd')) return [];
  const folder = path.slice(0, path.lastIndexOf('/'));
  const built = commands.flatMap(({ program }) => buildTool(program) ?? []);
  const direct = built.filter((tool) => folder === resolvePath(from, outputFolders[tool]));
  const copied = commands
    .filter(({ program }) => program === 'cp' || program === 'mv')
    .flatMap((command) => {
      const [source = '', target = '', ...more] = argsOf(command).filter((arg) => !arg.startsWith('-'));
      if (more.length > 0 || resolvePath(from, target) !== path || !source.endsWith('.jar')) return [];
      const beside = resolvePath(from, source.slice(0, source.lastIndexOf('/') + 1));
      return Object.values(tools)
        .filter((tool) => beside === resolvePath(from, outputFolders[tool]))
        .slice(0, 1);
    });
  return [...direct, ...copied];
}
