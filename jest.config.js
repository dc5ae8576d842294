/** @type {import('jest').Config} */
export default {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/{unit,cli}/**/*.test.ts'],
  // for a machine that is busy with other work: a test states behaviour, not speed
  testTimeout: 60_000,
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/examples'],
  collectCoverageFrom: ['src/**/*.ts'],
};
