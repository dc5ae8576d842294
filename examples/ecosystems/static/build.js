// Stands for a generator of sites.
const { cpSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const greeting = require('@corp/widget');

cpSync('pages', 'dist', { recursive: true });
for (const path of readdirSync('dist', { recursive: true }).filter((name) => name.endsWith('.html'))) {
  const page = join('dist', path);
  writeFileSync(page, readFileSync(page, 'utf8').replaceAll('%greeting%', greeting()));
}
