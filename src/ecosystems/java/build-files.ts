import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { refuse } from '../template/refuse.ts';

/** In characters; what is longer is read by no one, and by no pattern here in good time. */
const longest = 200_000;

/** The files that make a folder a project of Maven or Gradle. */
export const projectFiles = /^(?:pom\.xml|build\.gradle(?:\.kts)?)$/;

/** What Maven and Gradle read by their conventions, and never the program. */
export const sources =
  /^(?:src\/.*|pom\.xml|mvnw(?:\.cmd)?|\.mvn\/.*|gradlew(?:\.bat)?|gradle\/.*|gradle\.properties|(?:build|settings)\.gradle(?:\.kts)?|buildSrc\/.*|lombok\.config|checkstyle\.xml|settings\.xml)$/;

/** Plugins that put all libraries into the jar. */
const fatJar = {
  maven: /<artifactId>\s*(?:spring-boot-maven-plugin|maven-shade-plugin|quarkus-maven-plugin)\s*<\/artifactId>/,
  gradle: /org\.springframework\.boot|com\.(?:github\.johnrengelman|gradleup)\.?shadow|io\.ktor\.plugin/,
} as const;

/**
 * Refuses a project whose jar needs other jars when it runs, or whose build files tell too little.
 *
 * A jar is whole when nothing but tests has dependencies, or when a plugin packs them in.
 */
export function checkWhole(tool: 'maven' | 'gradle', files: ProjectFiles): Refusal | undefined {
  const names = tool === 'maven' ? ['pom.xml'] : ['build.gradle', 'build.gradle.kts'];
  const path = names.find((name) => files.list.includes(name));
  const text = path === undefined ? undefined : files.text(path);
  if (path === undefined || text === undefined || text.length > longest) {
    return refuse('build-file', `${names[0]} cannot be read.`, `Put ${names[0]} into the root of the build context.`);
  }
  const plain =
    tool === 'maven' ? text.replace(/<!--[\s\S]*?-->/g, '') : text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');
  if (fatJar[tool].test(plain)) return undefined;
  if (!(tool === 'maven' ? needsInMaven(plain) : needsInGradle(plain))) return undefined;
  return refuse(
    'one-jar',
    `${path}: the program has dependencies, and nothing is seen to pack them into its jar.`,
    tool === 'maven' ? 'Add the maven-shade-plugin.' : 'Add the shadow plugin.',
  );
}

/** Plugins that copy jars beside the program, parents and modules may bring dependencies of their own. */
function needsInMaven(pom: string): boolean {
  if (/<(?:parent|modules|dependencyManagement|profiles)>|maven-dependency-plugin/.test(pom)) return true;
  return [...pom.matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)].some(
    ([, dependency = '']) => !/<scope>\s*(?:test|provided)\s*<\/scope>/.test(dependency),
  );
}

function needsInGradle(script: string): boolean {
  return /\b(?:implementation|api|compile|runtimeOnly|runtime|classpath)\b\s*[("'(]|\bapply\s+from\b|\bsubprojects\b|\ballprojects\b|libs\./.test(
    script,
  );
}
