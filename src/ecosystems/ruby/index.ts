import type { Ecosystem } from '../ecosystem.ts';
import { fitRuby } from './fit.ts';

/** Ruby with Bundler. */
export const ruby: Ecosystem = {
  name: 'ruby',
  image: /(?:^|\/)ruby$/,
  detect: ({ list }) => list.includes('Gemfile'),
  fit: fitRuby,
};
