export type { Config, EnvFile, FileRule, Kind, NameRule, ScanLimits } from './config.ts';
export { loadConfig } from './load.ts';
