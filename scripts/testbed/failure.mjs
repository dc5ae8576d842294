/**
 * Something outside this project is missing or broken: no engine, no root, no mirror.
 *
 * `message` says what and where, `hint` what to do next. Whoever shows it prints both and no stack.
 */
export class TestbedFailure extends Error {
  /**
   * @param {string} message
   * @param {{ hint?: string, cause?: unknown }} [options]
   */
  constructor(message, { hint, cause } = {}) {
    super(hint === undefined ? message : `${message}\n  ${hint}`, { cause });
    this.name = 'TestbedFailure';
  }
}
