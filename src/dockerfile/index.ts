export * from './edit/index.ts';
export { expandWord, type Lookup, type Operator, unquote, type Variable, variablesIn } from './expand.ts';
export { type LogicalText, rangeIn } from './logical.ts';
export type * from './model.ts';
export { type ParseOptions, parseDockerfile } from './parse.ts';
export { argScope, type Declaration, envAt, shellAt, userAt, valueAt, workdirAt } from './scope.ts';
export * from './shell/index.ts';
export { ancestors, needed, references, type StageReference, stageOf } from './stages.ts';
export { type Word, words } from './words.ts';
