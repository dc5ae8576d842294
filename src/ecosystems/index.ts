export { isBuildOnly } from './build-only.ts';
export { type Persistence, persistences } from './persistence.ts';
export { baseName, mentionCounts, readImplicitly, runsProjectCode } from './project-code.ts';
export { type Tool, tools } from './tools.ts';
