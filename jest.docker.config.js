import base from './jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/docker/**/*.test.ts'],
  testTimeout: 600_000,
  maxWorkers: 1,
  globalSetup: '<rootDir>/test/helpers/engines-up.mjs',
  globalTeardown: '<rootDir>/test/helpers/engines-down.mjs',
};
