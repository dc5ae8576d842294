import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const dist = new URL('../../dist/image/index.js', import.meta.url).href;

/** Inflates four layers at the same time by what was compiled, and prints what became of it. */
const script = `
import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
let started = 0;
const { Worker } = threads;
threads.Worker = class extends Worker {
  constructor(...words) {
    started++;
    if (process.argv.at(-1) === 'refused') throw new Error('no threads here');
    super(...words);
  }
};
syncBuiltinESMExports();
const { gunzip } = await import(${JSON.stringify(dist)});
const noise = Buffer.from(Array.from({ length: 1 << 20 }, (_, at) => Math.imul(at, 2654435761) >>> (at % 24)));
const contents = [6, 5, 4, 1].map((times) => Buffer.concat(Array(times).fill(noise)));
const damage = [];
const right = await Promise.all(contents.map(async (content) => {
  let at = 0;
  let equal = true;
  const sink = gunzip({
    done: false,
    push: async (chunk) => {
      if (at < content.length) equal &&= content.subarray(at, at + chunk.length).equals(chunk);
      at += chunk.length;
    },
    end: async () => {},
    close: () => {},
  }, (why) => damage.push(why));
  const stored = Buffer.concat([gzipSync(content, { level: 1 }), gzipSync('the next member')]);
  for (let from = 0; from < stored.length; from += 1 << 18) {
    await sink.push(stored.subarray(from, from + (1 << 18)));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await sink.end();
  return [equal, at - content.length];
}));
console.log(JSON.stringify({ asked: started > 0, right, damage }));
`;

async function run(mode: string): Promise<unknown> {
  const words = ['--input-type=module', '--eval', script, mode];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const member = 'the next member'.length;
const right = [
  [true, member],
  [true, member],
  [true, member],
  [true, member],
];

test('layers are inflated in threads, and the process ends when they are done', async () => {
  expect(await run('allowed')).toEqual({ asked: true, right, damage: [] });
});

test('where no thread can be had, layers are inflated without', async () => {
  expect(await run('refused')).toEqual({ asked: true, right, damage: [] });
});
