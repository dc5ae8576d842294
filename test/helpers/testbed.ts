// biome-ignore lint/correctness/useImportExtensions: it takes the declaration file beside the module for the module
export * from '../../scripts/testbed/index.mjs';
