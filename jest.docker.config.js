import base from './jest.config.js';
import { findEngine } from './scripts/testbed/find.mjs';

// One engine that was there before has room for one test at a time: tests compare what it holds. Private ones are there
// for each worker; two keep two cores busy, and a third would take a gigabyte of base images more.
const onlyOne = process.env.SAFEBUILD_TEST_ENGINE !== 'private' && 'env' in (await findEngine());

/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/docker/**/*.test.ts'],
  testTimeout: 600_000,
  maxWorkers: onlyOne ? 1 : 2,
  globalSetup: '<rootDir>/test/helpers/engines-up.mjs',
  globalTeardown: '<rootDir>/test/helpers/engines-down.mjs',
};
