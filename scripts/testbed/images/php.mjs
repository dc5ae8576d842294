import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debian } from './debian.mjs';
import { unpackDebian, writeCertificates } from './rootfs.mjs';

/** What the real image has compiled in, and Debian as modules; intl stands for the polyfill that the real Composer brings. */
const modules = ['phar', 'mbstring', 'tokenizer', 'iconv', 'ctype', 'fileinfo', 'posix', 'intl'];

/**
 * Debian's own PHP 8.2.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const php = {
  name: 'php',
  tags: ['php:8.2-cli', 'php:8.2'],
  source: import.meta.url,
  base: debian,
  fill,
  config: { Env: [...debian.config.Env, 'PHP_VERSION=8.2'], Cmd: ['php', '-a'] },
};

async function fill(layer, base) {
  await unpackDebian(layer, ['php8.2-cli', 'php8.2-mbstring', 'php8.2-intl', 'ca-certificates'], base);
  await writeCertificates(layer);
  await enablePhp(layer);
}

/** What the maintainer scripts would do: the name of the program, and its modules. */
export async function enablePhp(root) {
  const settings = join(root, 'etc/php/8.2/cli/conf.d');
  await mkdir(settings, { recursive: true });
  await writeFile(join(settings, '20-modules.ini'), modules.map((name) => `extension=${name}.so\n`).join(''));
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  await symlink('/usr/bin/php8.2', join(root, 'usr/local/bin/php'));
}
