/** @type {import('jest').Config} */
export default {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/test/{unit,cli}/**/*.test.ts'],
  // On two cores jest would run all files in one process, whose memory never comes back: 13 minutes in place of 5.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '600MB',
  // for a machine that is busy with other work: a test states behaviour, not speed
  testTimeout: 60_000,
  // Jest's clean-up of globals makes a setter of signal-exit call itself without end, when a child outlives its test
  testEnvironmentOptions: { globalsCleanup: 'off' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/examples'],
  collectCoverageFrom: ['src/**/*.ts'],
};
