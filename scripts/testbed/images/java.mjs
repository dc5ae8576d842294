import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostArchitecture } from '../debian.mjs';
import { debian } from './debian.mjs';
import { unpackDebian } from './rootfs.mjs';

const config = {
  Env: [
    'PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'JAVA_HOME=/opt/java/openjdk',
  ],
};

/** What Maven asks in place of Maven Central: the packages of Debian, which are laid out as a repository. */
const mavenSettings = `<settings>
  <mirrors>
    <mirror><id>debian</id><mirrorOf>*</mirrorOf><url>file:///usr/share/maven-repo</url></mirror>
  </mirrors>
</settings>
`;

/**
 * Debian's own OpenJDK 17, without the compiler.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const javaRuntime = {
  name: 'java-runtime',
  tags: ['eclipse-temurin:17-jre'],
  source: import.meta.url,
  base: debian,
  fill: fillRuntime,
  config: { ...config, Cmd: ['bash'] },
};

/**
 * OpenJDK 17 with its compiler and Maven, which finds the plugins of a plain build in the image.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const maven = {
  name: 'maven',
  tags: ['maven:3.8-eclipse-temurin-17'],
  source: import.meta.url,
  base: javaRuntime,
  fill: fillMaven,
  config: { Env: [...config.Env, 'MAVEN_HOME=/usr/share/maven', 'MAVEN_CONFIG=/root/.m2'], Cmd: ['mvn'] },
};

async function fillRuntime(layer, base) {
  await unpackDebian(layer, ['openjdk-17-jre-headless'], base);
  await mkdir(join(layer, 'opt/java'), { recursive: true });
  await symlink(`/usr/lib/jvm/java-17-openjdk-${await hostArchitecture()}`, join(layer, 'opt/java/openjdk'));
}

async function fillMaven(layer, base) {
  const plugins = ['compiler', 'jar', 'resources'].map((name) => `libmaven-${name}-plugin-java`);
  await unpackDebian(layer, ['openjdk-17-jdk-headless', 'maven', ...plugins, 'libsurefire-java'], base);
  await mkdir(join(layer, 'usr/local/bin'), { recursive: true });
  await symlink('/usr/share/maven/bin/mvn', join(layer, 'usr/local/bin/mvn'));
  await writeFile(join(layer, 'etc/maven/settings.xml'), mavenSettings);
}
