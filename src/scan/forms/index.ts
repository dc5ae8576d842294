export { type Assignment, assignmentForm, assignmentsOf } from './assignments.ts';
export { decodedForm } from './decoded.ts';
export type { Form, Spelling } from './form.ts';
export { forms } from './list.ts';
export { lineEndVariants, type Needle, type Needles, needlesOf, shortestNeedle } from './needles.ts';
export { partialForm } from './partial.ts';
export { rawForm } from './raw.ts';
