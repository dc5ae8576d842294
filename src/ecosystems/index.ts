export { isBuildOnly } from './build-only.ts';
export type { Ecosystem, ProjectFiles, Refusal, Split, TemplateValues } from './ecosystem.ts';
export type { LoginRecipe, LoginWord } from './login-recipes.ts';
export { isIn, resolvePath } from './path.ts';
export { type LoginUse, type Persistence, persistences } from './persistence.ts';
export { baseName, mentionCounts, readByLibrary, readImplicitly, runsProjectCode } from './project-code.ts';
export { type Tool, tools } from './tools.ts';
export { type WrittenFile, writtenFile } from './written-files.ts';
