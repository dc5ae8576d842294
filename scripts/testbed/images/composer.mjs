import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { enablePhp, php } from './php.mjs';
import { unpackDebian } from './rootfs.mjs';
import { imagesFolder } from './store.mjs';

/** Packs Debian's Composer, which lies in many folders, into one file, as the real image has it. */
const packer = `<?php
$phar = new Phar('/usr/composer.phar');
$files = new RecursiveIteratorIterator(
  new RecursiveDirectoryIterator('/usr/share/php', FilesystemIterator::SKIP_DOTS | FilesystemIterator::FOLLOW_SYMLINKS));
// some links lead to what only a maintainer script makes
$phar->buildFromIterator(new CallbackFilterIterator($files, fn ($file) => $file->isFile()), '/');
$phar->addFromString('usr/bin/composer', preg_replace('/^#!.*\\n/', '', file_get_contents('/usr/bin/composer')));
$phar->setStub("#!/usr/bin/env php
<?php Phar::mapPhar('composer.phar');
set_include_path('phar://composer.phar/usr/share/php');
require 'phar://composer.phar/usr/bin/composer';
__HALT_COMPILER();");
`;

/**
 * Debian's own Composer in one file, on PHP.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const composer = {
  name: 'composer',
  tags: ['composer:2', 'composer:latest'],
  source: import.meta.url,
  base: php,
  fill,
  config: { ...php.config, Entrypoint: ['composer'], Cmd: [] },
};

async function fill(layer) {
  const root = await mkdtemp(join(imagesFolder(), '.composer-'));
  try {
    await unpackDebian(root, ['composer', 'php8.2-cli', 'php8.2-mbstring']);
    await enablePhp(root);
    await mkdir(join(root, 'tmp'), { recursive: true });
    await writeFile(join(root, 'pack.php'), packer);
    await run('chroot', [root, '/usr/bin/php8.2', '-d', 'phar.readonly=0', '/pack.php']);
    await mkdir(join(layer, 'usr/bin'), { recursive: true });
    await copyFile(join(root, 'usr/composer.phar'), join(layer, 'usr/bin/composer'));
    await run('chmod', ['755', join(layer, 'usr/bin/composer')]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
