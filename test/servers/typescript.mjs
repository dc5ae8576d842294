import { register } from 'node:module';

// `node --import` of this runs the sources as they are, threads included: jest's own transform reaches neither children
// nor threads, and Node reads TypeScript by itself only from 22.18 on.
register('./typescript-hooks.mjs', import.meta.url);
