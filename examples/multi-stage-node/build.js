// Stands for a bundler.
const { copyFileSync, mkdirSync } = require('node:fs');

mkdirSync('dist', { recursive: true });
copyFileSync('src/greet.js', 'dist/greet.js');
