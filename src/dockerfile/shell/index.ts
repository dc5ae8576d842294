export { analyseRun, analyseShell } from './analyse.ts';
export type * from './model.ts';
export { quotedShell } from './quoted.ts';
export { type RunCommand, runCommand } from './run.ts';
