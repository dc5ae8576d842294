#!/bin/sh
':' //; ulimit -c 0 2>/dev/null; exec node -- "$0" "$@"
// The line above is shell and JavaScript at once. Node 20 takes --env-file from anywhere on its command line, also ours,
// unless `--` comes first; `env -S` would say so too, but Alpine's env does not know it. A core dump would hold every value,
// and Node cannot set that limit itself.
import { main } from '../dist/cli/main.js';

process.exitCode = await main();
