export { fingerprintOf } from './fingerprint.ts';
export { recallOrScan } from './recall.ts';
export type { EntryVerdict } from './verdict.ts';
export { openVerdicts, smallestCachedBytes, type Verdicts, type VerdictsOptions } from './verdicts.ts';
