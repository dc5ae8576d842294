import type { Docker } from '../buildx/index.ts';
import type { Trace } from '../trace/index.ts';

/** The same docker; every child is noted, and none of its output. */
export function tracedDocker(docker: Docker, trace: Trace): Docker {
  return {
    async run(args, options) {
      const ended = trace.child('docker', args);
      const result = await docker.run(args, options);
      ended(result.exitCode);
      return result;
    },
    async ask(request) {
      const ended = trace.child('engine', [request.method ?? 'GET', request.path]);
      const answer = await docker.ask(request);
      ended(answer?.status ?? -1);
      return answer;
    },
    start(args, options) {
      const ended = trace.child('docker', args);
      const child = docker.start(args, options);
      child.exit.then(ended, () => ended(-1));
      return child;
    },
    async passThrough(args, options) {
      const ended = trace.child('docker', args);
      const exitCode = await docker.passThrough(args, options);
      ended(exitCode);
      return exitCode;
    },
  };
}
