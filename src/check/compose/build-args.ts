import { isMap } from 'yaml';
import type { NameRule } from '../../config/index.ts';
import { judgeName } from '../../secrets/index.ts';
import { judgeLiteral, type Literal } from '../literal.ts';
import { entryOf } from '../yaml/document.ts';
import { findingAt } from '../yaml/found.ts';
import { type ComposeRule, referenceIn, type Variable, variablesOf } from './service.ts';

/** A secret is handed to a build as argument. */
export const composeBuildArg: ComposeRule = {
  id: 'compose-build-arg',
  title: 'A compose file hands a secret to a build as argument',
  explanation: `# compose-build-arg

build: args: of a service hands over a secret.

Before:

    services:
      app:
        build:
          context: .
          args:
            NPM_TOKEN: \${NPM_TOKEN}

After:

    services:
      app:
        build:
          context: .
          secrets:
            - NPM_TOKEN
    secrets:
      NPM_TOKEN:
        environment: NPM_TOKEN

The value of a build argument stands in the history of the image and in its provenance; everyone who can pull the image
can read it. A build secret is there while the RUN runs that mounts it. The Dockerfile needs a change as well:
RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN in place of ARG NPM_TOKEN. safebuild check --diff shows it.

docker compose build does not come by safebuild: nothing takes the argument out of the image there.

To accept it: say in safebuild.yaml that the name is no secret (secrets: NAME: { kind: setting }).
`,
  check(file, service, rules) {
    const build = entryOf(service.map, 'build')?.value;
    const args = entryOf(build, 'args');
    if (args === undefined || !isMap(build)) return [];
    const all = variablesOf(file, args);
    return all.flatMap((variable) => {
      const { name, value, range } = variable;
      const literal = judge(variable, rules.get(name));
      if (literal === undefined) return [];
      const finding = findingAt(file, range.start, {
        rule: composeBuildArg.id,
        level: literal.weak ? 'warning' : 'error',
        secret: name,
        message: `The build of the service ${service.name} gets ${name} as argument, which ends up in the image's history.`,
        remedy: `Hand it over as build secret, and mount it in the Dockerfile with RUN --mount=type=secret,id=${name},env=${name}.`,
      });
      const reference = referenceIn(value ?? '');
      const from = { environment: reference ?? name };
      const isLiteral = value !== undefined && reference === undefined;
      return [
        {
          finding,
          anchor: `${service.name} ${file.source.slice(range.start, range.end)}`,
          claim: { name: `secret ${name}`, of: isLiteral ? `literal ${value}` : `environment ${from.environment}` },
          ...(isLiteral && variable.valueRange ? { value: variable.valueRange } : {}),
          intents: variable.aliased
            ? []
            : [
                { kind: 'remove', range, all: all.map((one) => one.range), parent: parentOf(args.keyRange, all) },
                { kind: 'use', holder: build, before: args.keyRange.start, secret: name },
                { kind: 'declare', secret: name, from },
              ],
        },
      ];
    });
  },
};

/** By a name that says secret whatever is handed over, else as any literal. */
function judge({ name, value }: Variable, rule: NameRule | undefined): Literal | undefined {
  if (rule?.kind === 'setting' || value?.trim() === '') return undefined;
  const isReference = value === undefined || /^\$\{?[A-Za-z_][^\s]*$/.test(value);
  if (isReference && (judgeName(name).strong || rule?.kind === 'secret')) return { weak: false };
  return value === undefined ? undefined : judgeLiteral(name, value, rule);
}

function parentOf(key: { start: number }, all: readonly Variable[]): { start: number; end: number } {
  return { start: key.start, end: Math.max(...all.map(({ range }) => range.end)) };
}
