export { type Applied, type ApplyOptions, type ApplyProblem, applyChanges } from './apply.ts';
export { bindFlag, type MountFields, mountFields, mountFlag, secretIdOf } from './mount-flag.ts';
