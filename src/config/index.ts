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
  UserConfig,
} from './config.ts';
export { repositoryRoot } from './find.ts';
export { loadConfig } from './load.ts';
export { referenceHint, type Scheme, type SourceName, schemeOf } from './reference.ts';
export type { SourceSettings } from './source-settings.ts';
export { suggest } from './suggest.ts';
