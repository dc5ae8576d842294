import { expect, test } from '@jest/globals';
import { crc32c } from '../../../../../src/secrets/providers/gcp/crc32c.ts';

test('the checksums are those of RFC 3720, appendix B.4', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(new Uint8Array())).toBe(0);
});
