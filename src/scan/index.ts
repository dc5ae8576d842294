export { scanBytes } from './bytes.ts';
export type { Coverage } from './coverage.ts';
export { type ScanOptions, type ScanProgress, scanImage, type VerdictPlace } from './image.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { prepareScan } from './prepare.ts';
export { leakRemedy, type Maker } from './remedy.ts';
export type { Identity, ScanResult } from './result.ts';
export { compileSearch, type OmittedForm, type ScanSecrets, type Search } from './search.ts';
export type { Incomplete } from './state.ts';
