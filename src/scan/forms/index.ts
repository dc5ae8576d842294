export type { Form, Spelling } from './form.ts';
export { linePartsOf } from './line-parts.ts';
export { forms } from './list.ts';
export { type Needle, type Needles, needlesOf, shortestNeedle } from './needles.ts';
