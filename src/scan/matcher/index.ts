export { type Automaton, createAutomaton } from './automaton.ts';
export type { Backend } from './backend.ts';
export { compileNeedles } from './compile.ts';
export type { Matcher, MatchStream, OnMatch, Pattern } from './pattern.ts';
export { type Cursor, createRuns } from './runs.ts';
