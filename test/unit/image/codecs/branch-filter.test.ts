import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BranchFilter } from '../../../../src/image/codecs/branch-filter.ts';
import { riscV } from '../../../../src/image/codecs/branches-riscv.ts';
import { x86 } from '../../../../src/image/codecs/branches-x86.ts';

/** Random `jal`, pairs with `auipc`, and what looks like packed ones. */
const program = [
  '7+BiRJeAnFYDgYBVF/HcnXakObMXsV4rZw+Rue9S7jwX05qBA4ExxhfxIsqNGAC/QeuX48e5E4xDRBfWg2WXUBEzE4',
  '5AaRfBhtiTA7FsF7HJ2XoQrxxn7f0Al5My5WeAceSXoDSA54jA65ci7GUTi2KUl0DeDYOJENoXVaS8k4Fh3hexb/OY',
  '7PjnlzBqvAOIEJcXMQ6wy4g0FiUciZXvovRml3ACYWeA8G6X46pxk4QjoZcAgAaDjLBt7xLnkBdxzWwqsdmlF1GHgo',
  'MFkSMXscorGThRsUlCF2NRQ5OJ8SWX4E9z54SAnBdw9kgDBCAjbxZcvxdxLLLhuTAelz98JGeJH+PFqRdxjsVm5OeY',
  'kX7vsN9G76JkzBfxkhVVkYcp7TjxM5cfbpdngU8s',
];

/** The same as 7-Zip 26.02 writes it with `-m0=RISCV -m1=Copy`; Debian's xz does not know the filter yet. */
const filtered = [
  '7xByIxcxEAhWnIVcl6k5s8/daUeXApG567Vy9u9yKfUX05qBA4ExxpccAL8votyIQesXMcE4ucfkdhfWg2WXUBEzE4',
  '5AaRfBhtiTA7Fslx2vHJucrQdn7f0Al5My5WeAceQXcY4IgDSfHhcxsShl7BmwFzGYCA3ePhMXVaS8k4Fh3hfv+Of7',
  'No/JFzGACLxqKfsXizQW4wC7jCUciZXvIleGF3EGCGECd5EXMUk4caravBcxyAgGgAeN77KI5Je22aXXzKYSF1GHgo',
  'MFkSOXMlGxq7ySgUlCF2NRQ5OJ8SUXcU4Ic0/aqBdw9kgDBCAjbxZcvxe7MB7HIhueF3GW+CR8Ly3FqRfs55jnWGxG',
  'kX7vcN6+76JS7RfxkhVVkYcp7TjxMxdxFviXbhPo',
];

test.each([1, 7, 300])('a program for RISC-V is changed back, in pieces of %d bytes', (size) => {
  const [expected, input] = [program, filtered].map((lines) => Buffer.from(lines.join(''), 'base64'));
  const filter = new BranchFilter(riscV, 0);
  const output: Uint8Array[] = [];
  for (let at = 0; at < input!.length; at += size) output.push(filter.push(input!.subarray(at, at + size)));
  expect(Buffer.concat([...output, filter.end()]).equals(expected!)).toBe(true);
});

test('a program in pieces becomes what it becomes as a whole, whatever was at their edges', () => {
  // calls, jumps, and the highest bytes of their targets, so dense that each depends on the ones before
  const program = fc.array(fc.constantFrom(0xe8, 0xe9, 0x00, 0xff, 0x17), { maxLength: 300 });
  fc.assert(
    fc.property(program, fc.integer({ min: 1, max: 11 }), fc.nat(0xffffffff), (numbers, size, start) => {
      const bytes = Buffer.from(numbers);
      const whole = new BranchFilter(x86(start), start);
      const filter = new BranchFilter(x86(start), start);
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(filter.push(bytes.subarray(at, at + size)));
      const expected = Buffer.concat([whole.push(bytes), whole.end()]);
      expect(Buffer.concat([...pieces, filter.end()]).equals(expected)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
