import type { Ecosystem } from '../ecosystem.ts';
import { fitGo } from './fit.ts';

/** Go, where a module builds one static program. */
export const go: Ecosystem = {
  name: 'go',
  image: /^golang$/,
  detect: ({ list }) => list.includes('go.mod'),
  fit: fitGo,
};
