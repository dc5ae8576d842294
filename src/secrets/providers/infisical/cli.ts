import { secretMissing, sourceFailed } from '../client/failures.ts';
import { parseJson, stringAt } from '../client/json.ts';
import { type KnownFailure, runTool, toolError } from '../client/tool.ts';
import type { ProviderHost } from '../provider.ts';
import { hidden, hiddenText, type InfisicalStore, isProjectId, placeOf } from './reference.ts';

const tool = {
  program: 'infisical',
  install:
    'Set INFISICAL_TOKEN or a machine identity, or install the infisical command (https://infisical.com/docs/cli/overview) and log in.',
};

const failures: readonly KnownFailure[] = [
  {
    sign: /not logged in|please login|login session has expired|run \[?infisical login|\b401\b/i,
    message: 'The infisical command is not logged in',
    hint: 'Run infisical login, or set INFISICAL_TOKEN.',
  },
  {
    sign: /\b403\b|permission/i,
    message: 'Infisical refuses access',
    hint: 'Give this user the right to read the values of this environment.',
  },
];

const other = {
  message: 'The infisical command failed',
  hint: 'Run infisical secrets for this project, and see what it says.',
};

// what the command prints in place of a value that is not there, with exit code 0
const absent = '*not found*';

/**
 * Infisical by its own command, as whoever is logged in.
 *
 * JSON in place of `--plain`: it tells the value's own newlines from the one that a printed line ends with. The command
 * takes a project by its id alone.
 */
export function openCli(host: ProviderHost, address: string | undefined): InfisicalStore {
  const env = { INFISICAL_DISABLE_UPDATE_CHECK: 'true' };
  const server =
    address === undefined ? [] : [`--domain=${address.replace(/\/+$/, '').replace(/(?<!\/api)$/, '/api')}`];
  return {
    fetch: async (wanted) => {
      const { project, environment, folder, name } = wanted;
      if (!isProjectId(project)) {
        throw sourceFailed(
          'The infisical command takes a project by its id only',
          'Write the id in place of the slug.',
        );
      }
      const place = [`--projectId=${project}`, `--env=${environment}`, `--path=${folder}`];
      const words = ['secrets', 'get', name, ...place, '--output=json', '--silent', '--telemetry=false', ...server];
      // not in the project: the command takes its server from an .infisical.json there, or in a folder above
      const { exitCode, stdout, stderr } = await runTool(host, tool, words, { env, cwd: host.home });
      if (exitCode !== 0) throw toolError(stderr, failures, other);
      const value = stringAt(parseJson(stdout), 0, 'secretValue');
      if (value === absent) throw notThere(name, placeOf(wanted));
      if (value === hiddenText) throw hidden(name);
      if (value === undefined)
        throw sourceFailed(`The infisical command gives no value of ${name}`, 'Bring it up to date.');
      return { value: Buffer.from(value) };
    },
    close: async () => undefined,
  };
}

function notThere(name: string, place: string): Error {
  return secretMissing(
    `Infisical has no ${name} in ${place}`,
    'See that the environment, the folder and the name are right.',
  );
}
