import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Turns } from '../../../src/scan/turns.ts';

test('an entry that is searched alone waits for nobody', () => {
  const turns = new Turns();
  const alone = turns.begin(10);
  expect(alone.wait()).toBeUndefined();
  const other = turns.begin(20);
  expect(alone.wait()).toBeInstanceOf(Promise);
  other.end();
  expect(alone.wait()).toBeUndefined();
});

test('of those that wait, the one of which most is still to come goes first', async () => {
  const turns = new Turns();
  const [small, large, middle] = [turns.begin(10), turns.begin(30), turns.begin(25)];
  large.left -= 10;
  const order: string[] = [];
  await Promise.all([
    small.wait()?.then(() => order.push('small')),
    large.wait()?.then(() => order.push('large')),
    middle.wait()?.then(() => order.push('middle')),
  ]);
  expect(order).toEqual(['middle', 'large', 'small']);
});

test('what a thread has ready of the largest is searched before anything else, and nothing waits for ever', async () => {
  const turns = new Turns();
  const [small, large] = [turns.begin(10), turns.begin(30)];
  const order: string[] = [];
  const search = async (name: string, turn: typeof small): Promise<void> => {
    for (let output = 0; output < 3; output++) {
      // as between two outputs of a thread
      await setImmediate();
      await turn.wait();
      order.push(name);
    }
  };
  await Promise.all([search('small', small), search('large', large)]);
  expect(order).toEqual(['large', 'large', 'large', 'small', 'small', 'small']);
});
