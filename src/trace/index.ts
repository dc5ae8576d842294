export { shownCommand } from './shown-command.ts';
export { createTrace, type Trace } from './trace.ts';
