import { expect, test } from '@jest/globals';
import { networkTrouble } from '../../../../../src/secrets/providers/cloud/network.ts';

const said = 'not-a-secret-7f3a91c2d4e8';

test.each([
  [{ code: 'ENOTFOUND' }, 'could not be reached'],
  [{ errors: [{ code: 'ECONNREFUSED' }, { code: 'ENETUNREACH' }] }, 'could not be reached'],
  [{ code: 'REQUEST_SEND_ERROR', cause: { code: 'EAI_AGAIN' } }, 'could not be reached'],
  [{ name: 'TimeoutError' }, 'did not answer in time'],
  [{ error: { code: 'ETIMEDOUT' } }, 'did not answer in time'],
  [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'certificate'],
  // an SDK wraps the one in the other
  [{ code: 'ECONNRESET', cause: { code: 'CERT_HAS_EXPIRED' } }, 'certificate'],
  [{ name: 'TypeError', code: 'ERR_INVALID_URL' }, 'in the environment is none'],
  [{ name: 'SyntaxError' }, 'What answered is not the store'],
])('%o is told as: %s', (error, message) => {
  const trouble = networkTrouble({ ...error, message: said }, 'the store');
  expect(trouble).toMatchObject({ code: 'SOURCE_FAILED', message: expect.stringContaining(message) });
  expect(JSON.stringify(trouble)).not.toContain(said);
});

test('an error that wraps itself, or is none, is no trouble of the network', () => {
  const error: { cause?: unknown } = {};
  error.cause = error;
  expect(networkTrouble(error, 'the store')).toBeUndefined();
  expect(networkTrouble(undefined, 'the store')).toBeUndefined();
});
