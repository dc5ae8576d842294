import { parentPort } from 'node:worker_threads';
import type { ToThread } from './messages.ts';
import { Server } from './serve.ts';

/** What a thread of `threads.ts` runs. */
if (parentPort !== null) {
  const server = new Server(parentPort);
  parentPort.on('message', (message: ToThread) => server.tell(message));
}
