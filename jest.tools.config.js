import base from './jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/tools/**/*.test.ts'],
  maxWorkers: 1,
  globalSetup: '<rootDir>/test/helpers/secret-tools-up.mjs',
};
