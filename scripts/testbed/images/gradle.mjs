import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { javaRuntime } from './java.mjs';
import { unpackDebian } from './rootfs.mjs';

/**
 * OpenJDK 17 with its compiler and Gradle, laid out as the official image is.
 *
 * Its tag says 8, as the tag of the official image with JDK 17 does; what is inside is Debian's older Gradle, 4.4.1.
 * GRADLE_OPTS is not the official image's: it halves the processor time of a small build.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const gradle = {
  name: 'gradle',
  tags: ['gradle:8-jdk17'],
  source: import.meta.url,
  base: javaRuntime,
  fill,
  config: {
    Env: [...javaRuntime.config.Env, 'GRADLE_HOME=/opt/gradle', 'GRADLE_OPTS=-XX:TieredStopAtLevel=1'],
    Volumes: { '/home/gradle/.gradle': {} },
    WorkingDir: '/home/gradle',
    Cmd: ['gradle'],
  },
};

async function fill(layer, base) {
  await unpackDebian(layer, ['openjdk-17-jdk-headless', 'gradle'], base);
  await mkdir(join(layer, 'opt'), { recursive: true });
  await symlink('/usr/share/gradle', join(layer, 'opt/gradle'));
  // a script of ca-certificates-java would make it; this Gradle wants the file even for plain HTTP
  await mkdir(join(layer, 'etc/ssl/certs/java'), { recursive: true });
  await writeFile(join(layer, 'etc/ssl/certs/java/cacerts'), emptyKeystore());
  // root's folder is the one of the user gradle, and the volume lies there
  await mkdir(join(layer, 'home/gradle/.gradle'), { recursive: true });
  await mkdir(join(layer, 'root'), { recursive: true, mode: 0o700 });
  await symlink('/home/gradle/.gradle', join(layer, 'root/.gradle'));
}

/** A keystore without certificates, with the usual password. Format: JKS, sun.security.provider.JavaKeyStore. */
function emptyKeystore() {
  const header = Buffer.from('feedfeed0000000200000000', 'hex');
  const password = Buffer.from('changeit', 'utf16le').swap16();
  return Buffer.concat([
    header,
    createHash('sha1').update(password).update('Mighty Aphrodite').update(header).digest(),
  ]);
}
