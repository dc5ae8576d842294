export type {
  Accepted,
  Allowance,
  Config,
  DetectorMode,
  EnvFile,
  FileRule,
  Kind,
  NameRule,
  ScanLimits,
} from './config.ts';
export { loadConfig } from './load.ts';
export { suggest } from './suggest.ts';
