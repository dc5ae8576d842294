import type { Ecosystem } from '../ecosystem.ts';
import { fitPhp } from './fit.ts';

/** PHP with Composer. */
export const php: Ecosystem = {
  name: 'php',
  image: /^php$/,
  detect: ({ list }) => list.includes('composer.json'),
  fit: fitPhp,
};
