import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { prepare, projectFolder } from './prepare.mjs';

// `npm test`: every test, on a fresh clone with nothing before it. Arguments go to jest, e.g. a path.
// The last line is "N passed, N failed"; a test that was skipped or a suite that could not run counts as failed.

/** One line for each test that failed and each suite that could not run, to stand where a log is read first: at its end. */
function failuresOf({ testResults }) {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const path = relative(projectFolder, name);
    if (status === 'failed' && failed.length === 0) return [`${path}: the suite could not run`];
    return failed.map(({ fullName }) => `${path}: ${fullName}`);
  });
}

/** Runs one jest configuration and counts; a run without a result is one failure. */
async function runJest(config, results) {
  const output = join(results, `${config}.json`);
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const options = ['--config', config, '--passWithNoTests', '--json', '--outputFile', output];
  const child = spawn(process.execPath, [...jest, ...options, ...process.argv.slice(2)], {
    cwd: projectFolder,
    // jest's own words go to stderr, and --json makes it print one needless line to stdout
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  const text = await readFile(output, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: exitCode === 0 ? 0 : 1, failures: [`${config}: no result`] };
  const counted = JSON.parse(text);
  const notRun = counted.numPendingTests + counted.numTodoTests + counted.numRuntimeErrorTestSuites;
  const failed = counted.numFailedTests + notRun;
  return {
    passed: counted.numPassedTests,
    failed: exitCode !== 0 && failed === 0 ? 1 : failed,
    failures: failuresOf(counted),
  };
}

prepare();
const results = await mkdtemp(join(tmpdir(), 'safebuild-results-'));
try {
  const plain = await runJest('jest.config.js', results);
  const tools = await runJest('jest.tools.config.js', results);
  const docker = await runJest('jest.docker.config.js', results);
  const failed = plain.failed + tools.failed + docker.failed;
  process.exitCode = failed === 0 ? 0 : 1;
  for (const failure of [...plain.failures, ...tools.failures, ...docker.failures]) console.log(`failed: ${failure}`);
  console.log(`${plain.passed + tools.passed + docker.passed} passed, ${failed} failed`);
} finally {
  await rm(results, { recursive: true, force: true });
}
