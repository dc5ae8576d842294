export type { BuildHost, BuildOptions } from './build/host.ts';
export { build } from './build.ts';
export { type BuildRequest, createDocker, dockerBuildFlags, parseArguments, toBuildRequest } from './buildx/index.ts';
export { type ErrorCode, exitCodeOf, SafebuildError } from './errors.ts';
export type { DockerfileLocation, Finding, ImageLocation, Location } from './finding.ts';
export { type Paint, type Report, renderJson, renderText, type Verdict } from './report/index.ts';
export { type VerifyOptions, verify } from './verify.ts';
