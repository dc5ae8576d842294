import { expect, test } from '@jest/globals';
import { readPluginArguments } from '../../../src/cli/plugin.ts';

// What docker hands to a plugin (buildkit.md 1.14).
test.each<[argv: string[], read: string[], env: Record<string, string>]>([
  [['safebuild', '-t', 'x', '.'], ['-t', 'x', '.'], {}],
  [['-D', '--context', 'far', 'safebuild', '.'], ['.'], { DOCKER_CONTEXT: 'far' }],
  [['--context=far', 'safebuild', '.'], ['.'], { DOCKER_CONTEXT: 'far' }],
  [['-c', 'far', '-H', 'tcp://h:1', 'safebuild', '.'], ['.'], { DOCKER_CONTEXT: 'far', DOCKER_HOST: 'tcp://h:1' }],
  [['--config', '/c', 'safebuild', '.'], ['.'], { DOCKER_CONFIG: '/c' }],
  [['--host=tcp://h:1?a=b', 'safebuild', '.'], ['.'], { DOCKER_HOST: 'tcp://h:1?a=b' }],
  [['help', 'safebuild'], ['help'], {}],
  [['help', 'safebuild', 'build'], ['help', 'build'], {}],
  [['safebuild', '--config', 'safebuild.yaml', '.'], ['--config', 'safebuild.yaml', '.'], {}],
  [['-t', 'x', '.'], ['-t', 'x', '.'], {}],
  [['--context', 'safebuild', 'safebuild', '.'], ['.'], { DOCKER_CONTEXT: 'safebuild' }],
])('%j is %j', (argv, read, env) => {
  expect(readPluginArguments(argv)).toEqual({ argv: read, env });
});
