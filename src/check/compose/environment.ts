import { judgeLiteral } from '../literal.ts';
import { entryOf } from '../yaml/document.ts';
import { findingAt } from '../yaml/found.ts';
import type { Intent } from './edits.ts';
import { fileVariable } from './file-variables.ts';
import { type ComposeRule, type Service, type Variable, variablesOf } from './service.ts';

/** A secret stands in `environment:`. */
export const composeEnvironment: ComposeRule = {
  id: 'compose-environment-literal',
  title: 'A secret stands in clear in environment: of a compose file',
  explanation: `# compose-environment-literal

The value of a secret stands in environment: of a service.

Before:

    services:
      db:
        image: postgres:17
        environment:
          POSTGRES_PASSWORD: "the password itself"

After:

    services:
      db:
        image: postgres:17
        secrets:
          - POSTGRES_PASSWORD
        environment:
          POSTGRES_PASSWORD_FILE: /run/secrets/POSTGRES_PASSWORD
    secrets:
      POSTGRES_PASSWORD:
        environment: POSTGRES_PASSWORD

Everyone who can read the repository has the password. With secrets: compose takes it from the environment or from .env
when the service starts. Official images read NAME_FILE where that is proposed; for any other image the value is
replaced by \${NAME:?set it in .env}, and the program may read a file below /run/secrets once it is taught to.

It is a warning for words that every password list has (postgres, changeme): nothing to lose, but no lock either.
Rotate a real one: it is in the history of the repository.

To accept it: say in safebuild.yaml that the name is no secret (secrets: NAME: { kind: setting }).
`,
  check(file, service, rules) {
    const environment = entryOf(service.map, 'environment');
    if (environment === undefined) return [];
    return variablesOf(file, environment).flatMap((variable) => {
      const { name, value, valueRange } = variable;
      const literal = value === undefined ? undefined : judgeLiteral(name, value, rules.get(name));
      if (literal === undefined || valueRange === undefined) return [];
      const finding = findingAt(file, variable.range.start, {
        rule: composeEnvironment.id,
        level: literal.weak ? 'warning' : 'error',
        secret: name,
        message: literal.weak
          ? `The service ${service.name} gets ${name} as a word that everybody tries first.`
          : `The value of ${name} stands in the environment of the service ${service.name}.`,
        remedy: literal.weak
          ? `Give it a value of its own from the environment or from .env.`
          : `Put it into .env or the environment, and rotate it: it is in the history of the repository.`,
      });
      return [
        {
          finding,
          anchor: `${service.name} ${file.source.slice(variable.range.start, variable.range.end)}`,
          value: valueRange,
          claim: { name: `value ${name}`, of: value ?? '' },
          intents: variable.aliased ? [] : intentsFor(service, variable, environment.keyRange.start),
        },
      ];
    });
  },
};

function intentsFor(service: Service, { name, range, valueRange, listed }: Variable, before: number): Intent[] {
  const withFile = fileVariable(service.image, name);
  if (withFile === undefined) {
    const reference = `\${${name}:?set it in .env}`;
    return listed
      ? [{ kind: 'replace', range, text: `"${name}=${reference}"` }]
      : [{ kind: 'replace', range: valueRange ?? range, text: `"${reference}"` }];
  }
  const path = `/run/secrets/${name}`;
  return [
    { kind: 'replace', range, text: listed ? `${withFile}=${path}` : `${withFile}: ${path}` },
    { kind: 'use', holder: service.map, before, secret: name },
    { kind: 'declare', secret: name, from: { environment: name } },
  ];
}
