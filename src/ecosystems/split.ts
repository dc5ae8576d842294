import type { Dockerfile } from '../dockerfile/index.ts';
import type { ProjectFiles, Refusal, Split, TemplateValues } from './ecosystem.ts';
import { detectEcosystem } from './ecosystems.ts';

/** Where the template of an ecosystem lies. */
export function templateUrl(ecosystem: string): URL {
  return new URL(`../../templates/${ecosystem}/Dockerfile`, import.meta.url);
}

/**
 * Turns a single-stage Dockerfile into a build stage, which is the user's own text, and a runtime stage.
 *
 * The lines of the build stage keep their numbers. Refuses, with the reason, where a precondition does not hold: nothing
 * about what the running program needs is guessed. `readTemplate` gives the text behind `templateUrl(ecosystem)`.
 */
export function splitStages(
  dockerfile: Dockerfile,
  files: ProjectFiles,
  readTemplate: (ecosystem: string) => string,
): Split | Refusal {
  const ecosystem = detectEcosystem(files);
  if (!ecosystem) {
    return {
      refused: 'ecosystem',
      why: 'No template fits the project: package.json was not found in the build context.',
      whatToChange: 'Write the stages by hand, or leave --multi-stage away.',
    };
  }
  const values = ecosystem.fit(dockerfile, files);
  if (isRefusal(values)) return values;
  const template = readTemplate(ecosystem.name);
  return { text: fill(template, values).replaceAll('\n', dockerfile.newline) };
}

function isRefusal(values: TemplateValues | Refusal): values is Refusal {
  return 'refused' in values;
}

/** Puts the values in; lines of `#` in front of the first placeholder are for the reader of the template only. */
function fill(template: string, values: TemplateValues): string {
  const body = template.slice(template.indexOf('{{'));
  const filled = body.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template's {{${name}}} has no value`);
    return value.replaceAll('\r\n', '\n');
  });
  return filled.replace(/\n{3,}/g, '\n\n');
}
