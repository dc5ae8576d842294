import { describe, expect, test } from '@jest/globals';
import { runtimeOf, splitProject, splitText } from './split-project.ts';

const pom = '<project><dependencies><dependency><scope>test</scope></dependency></dependencies></project>';
const files = { 'pom.xml': pom, 'src/main/java/A.java': '', mvnw: '', '.mvn/wrapper.properties': '' };

const dockerfile = `FROM maven:3.9-eclipse-temurin-21
WORKDIR /app
COPY pom.xml ./
RUN --mount=type=secret,id=settings,target=/root/.m2/settings.xml mvn -B dependency:go-offline
COPY src ./src
RUN mvn -B package -DskipTests && cp target/*.jar app.jar
ENV JAVA_TOOL_OPTIONS=-Xmx1g
EXPOSE 8080
CMD ["java", "-jar", "/app/app.jar"]
`;

test('the jar goes onto the Java runtime of the same version', () => {
  const text = splitText(dockerfile, files);
  expect(text).toContain(
    'RUN --mount=type=cache,target=/root/.m2/repository,sharing=locked --mount=type=secret,id=settings,target=/root/.m2/settings.xml mvn',
  );
  expect(runtimeOf(text)).toBe(`FROM eclipse-temurin:21-jre
USER 65534:65534
WORKDIR /app
ENV JAVA_TOOL_OPTIONS=-Xmx1g
EXPOSE 8080
COPY --from=build /app/app.jar /app/app.jar
CMD ["java", "-jar", "/app/app.jar"]
`);
});

test.each([
  ['maven:3.9.6-eclipse-temurin-17-alpine', 'eclipse-temurin:17-jre-alpine'],
  ['eclipse-temurin:17-jdk-jammy', 'eclipse-temurin:17-jre-jammy'],
  ['eclipse-temurin:21', 'eclipse-temurin:21-jre'],
  ['docker.io/library/eclipse-temurin:17.0.9_9-jdk', 'eclipse-temurin:17.0.9_9-jre'],
])('%s runs on %s', (image, runtime) => {
  const text = dockerfile.replace(/FROM .*/, `FROM ${image}`).replaceAll('mvn -B', './mvnw -B');
  expect(runtimeOf(splitText(text, files)).split('\n')[0]).toBe(`FROM ${runtime}`);
});

test('Gradle, and a pattern in a shell form', () => {
  const gradle = `FROM gradle:8.5-jdk17
WORKDIR /app
COPY . .
RUN gradle bootJar
CMD java -jar build/libs/*.jar
`;
  const script = "plugins { id 'org.springframework.boot' version '3.2.0' }\ndependencies { implementation 'a:b:1' }";
  const text = splitText(gradle, { 'build.gradle': script, 'settings.gradle': '', 'src/main/java/A.java': '' });
  expect(text).toContain('RUN --mount=type=cache,target=/home/gradle/.gradle/caches,sharing=locked gradle bootJar');
  expect(runtimeOf(text)).toContain(
    'FROM eclipse-temurin:17-jre\nUSER 65534:65534\nWORKDIR /app\nCOPY --from=build /app/build/libs/*.jar /app/build/libs/\n',
  );
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['base-image', dockerfile.replace(/FROM .*/, 'FROM maven:3.9')],
    ['base-image', dockerfile.replace(/FROM .*/, 'FROM maven:3.9-amazoncorretto-21')],
    ['base-image', dockerfile.replace(/FROM .*/, `FROM maven:3.9-eclipse-temurin-21@sha256:${'0'.repeat(64)}`)],
    ['base-image', dockerfile.replace('-21', '-$JAVA')],
    ['start-command', dockerfile.replace(/CMD .*/, 'CMD ["java", "-cp", "target/classes", "A"]')],
    ['start-command', dockerfile.replace('"-jar"', '"-javaagent:/app/agent.jar", "-jar"')],
    ['start-command', dockerfile.replace('-Xmx1g', '-javaagent:/app/agent.jar')],
    ['start-command', dockerfile.replace(/CMD .*/, 'CMD mvn exec:java')],
    ['artifact', dockerfile.replace('/app/app.jar', '/app/other.jar')],
    ['artifact', dockerfile.replace('/app/app.jar', '/app/*.jar')],
    ['system-step', dockerfile.replace('COPY src', 'RUN apt-get install -y curl\nCOPY src')],
    ['system-step', dockerfile.replace('target/*.jar app.jar', 'target/*.jar app.jar && cp -r conf /etc/app')],
    ['variable', dockerfile.replace('ENV JAVA', 'ENV JAVA_HOME=/opt/jdk JAVA')],
  ])('%s', (refused, text) => {
    expect(splitProject(text, files)).toMatchObject({ refused });
  });

  test('dependencies that nothing packs in, and other files', () => {
    const needs = { ...files, 'pom.xml': pom.replace('<scope>test</scope>', '<artifactId>b</artifactId>') };
    expect(splitProject(dockerfile, needs)).toMatchObject({ refused: 'one-jar' });
    const shaded = { ...needs, 'pom.xml': `${needs['pom.xml']}<artifactId>maven-shade-plugin</artifactId>` };
    expect(splitProject(dockerfile, shaded)).toHaveProperty('text');
    const commented = {
      ...needs,
      'pom.xml': `${needs['pom.xml']}<!-- <artifactId>maven-shade-plugin</artifactId> -->`,
    };
    expect(splitProject(dockerfile, commented)).toMatchObject({ refused: 'one-jar' });
    const all = dockerfile.replace('COPY src ./src', 'COPY . .');
    expect(splitProject(all, { ...files, 'config/application.yml': '' })).toMatchObject({ refused: 'assets' });
  });
});
