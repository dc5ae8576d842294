import type { Dockerfile } from '../../dockerfile/index.ts';
import type { Ecosystem } from '../ecosystem.ts';
import { fitStaticSite } from './fit.ts';

/** A site that Node.js builds and a server of files gives out. */
export const staticSite: Ecosystem = {
  name: 'static',
  image: /(?:^|\/)node(?:js)?$/,
  detect: ({ list }, dockerfile) => list.includes('package.json') && servesFiles(dockerfile),
  fit: fitStaticSite,
};

function servesFiles({ instructions }: Dockerfile): boolean {
  return instructions.some(
    ({ keyword, text, json }) =>
      /^(?:CMD|ENTRYPOINT)$/.test(keyword) &&
      /^(?:npx (?:--?\w+ )*)?(?:serve|http-server)(?: |$)/.test(json?.join(' ') ?? text),
  );
}
