import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busyboxPackage } from './busybox.mjs';
import { debian } from './debian.mjs';
import { nodeSlim } from './node.mjs';

const shims = ['apk', 'addgroup', 'adduser'];
const shimFolder = new URL('alpine/', import.meta.url);
const shimTexts = await Promise.all(shims.map((name) => readFile(new URL(name, shimFolder), 'utf8')));

/**
 * An image that takes the commands of Dockerfiles for Alpine.
 *
 * It is Debian with glibc below: there is no Alpine package archive to be had through Debian.
 */
function alpineOn(base, name, tags, config) {
  return { name, tags, source: import.meta.url, inputs: shimTexts.join(), base, fill, config };
}

/** @type {import('./build.mjs').Recipe} */
export const alpine = alpineOn(debian, 'alpine', ['alpine:latest', 'alpine:3', 'alpine:3.20'], {
  ...debian.config,
  Cmd: ['/bin/sh'],
});

/** @type {import('./build.mjs').Recipe} */
export const nodeAlpine = alpineOn(nodeSlim, 'node-alpine', ['node:20-alpine', 'node:20-alpine3.20'], nodeSlim.config);

async function fill(layer) {
  const bin = join(layer, 'usr/local/sbin');
  await mkdir(bin, { recursive: true });
  for (const [i, name] of shims.entries()) await writeFile(join(bin, name), shimTexts[i], { mode: 0o755 });
  await mkdir(join(layer, 'usr/bin'), { recursive: true });
  await copyFile(join(await busyboxPackage(), 'bin/busybox'), join(layer, 'usr/bin/busybox'));
  await chmod(join(layer, 'usr/bin/busybox'), 0o755);
  await mkdir(join(layer, 'etc'), { recursive: true });
  await writeFile(join(layer, 'etc/alpine-release'), '3.20.0\n');
}
