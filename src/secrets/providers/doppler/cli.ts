import { secretMissing, sourceFailed } from '../client/failures.ts';
import { parseJson, stringAt } from '../client/json.ts';
import { type KnownFailure, runTool, toolError } from '../client/tool.ts';
import type { ProviderHost } from '../provider.ts';
import { type DopplerStore, placeOf } from './reference.ts';

const tool = {
  program: 'doppler',
  install: 'Set DOPPLER_TOKEN, or install the doppler command (https://docs.doppler.com/docs/install-cli) and log in.',
};

const failures: readonly KnownFailure[] = [
  {
    sign: /you must provide a token|invalid auth token|unauthorized/i,
    message: 'The doppler command is not logged in',
    hint: 'Run doppler login, or set DOPPLER_TOKEN.',
  },
  {
    sign: /you must (?:specify|provide) a (?:project|config)|could not find requested (?:project|config)/i,
    message: 'Doppler knows no such project or config',
    hint: 'Write doppler://PROJECT/CONFIG/NAME, or run doppler setup in this folder.',
  },
];

/**
 * Doppler by its own command: as whoever is logged in, with the config of `doppler setup` where none is named.
 *
 * JSON in place of `--plain`: it tells the value's own newlines from the one that a printed line ends with.
 */
export function openCli(host: ProviderHost, address: string | undefined): DopplerStore {
  return {
    fetch: async (wanted) => {
      const { project, config, name } = wanted;
      const place = [...flag('--project', project), ...flag('--config', config)];
      const words = ['secrets', 'get', name, ...place, ...flag('--api-host', address), '--json', '--no-check-version'];
      const { exitCode, stdout, stderr } = await runTool(host, tool, words, { cwd: host.cwd });
      if (exitCode !== 0) {
        if (/could not find requested secret/i.test(stderr)) throw notThere(name, placeOf(wanted));
        throw toolError(stderr, failures, other);
      }
      const value = stringAt(parseJson(stdout), name, 'computed');
      if (value === undefined) throw sourceFailed(`The doppler command gives no value of ${name}`, updateHint);
      return { value: Buffer.from(value) };
    },
    close: async () => undefined,
  };
}

const updateHint = 'See that its visibility is not restricted, and that the doppler command is up to date.';

const other = {
  message: 'The doppler command failed',
  hint: 'Run doppler secrets --only-names in this folder, and see what it says.',
};

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}

function notThere(name: string, place: string): Error {
  return secretMissing(
    `Doppler has no ${name} in ${place}`,
    'See that the project, the config and the name are right.',
  );
}
