export { isBuildOnly } from './build-only.ts';
export type { Ecosystem, ProjectFiles, Refusal, Split, TemplateValues } from './ecosystem.ts';
export { detectEcosystem } from './ecosystems.ts';
export { isIn, resolvePath } from './path.ts';
export { type Persistence, persistences } from './persistence.ts';
export { baseName, mentionCounts, readImplicitly, runsProjectCode } from './project-code.ts';
export { splitStages, templateUrl } from './split.ts';
export { type Tool, tools } from './tools.ts';
