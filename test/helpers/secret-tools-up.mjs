/** Installs what the tests of secret sources run, so that no test's own time includes a download. */
export { ensureSecretTools as default } from '../../scripts/testbed/secret-tools.mjs';
