import type { Ecosystem } from '../ecosystem.ts';
import { fitNode } from './fit.ts';

/** Node.js: npm, yarn 1 and pnpm. */
export const node: Ecosystem = {
  name: 'node',
  image: /(?:^|\/)node(?:js)?$/,
  detect: ({ list }) => list.includes('package.json'),
  fit: fitNode,
};
