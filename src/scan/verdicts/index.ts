export type { EntryCoverage, EntryVerdict } from './verdict.ts';
export { openVerdicts, smallestCachedBytes, type Verdicts, type VerdictsOptions } from './verdicts.ts';
