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
 * What a template adds to the build stage are caches, which keep the lines, and for Python an ENV, which does not. Refuses, with the reason, where a precondition does not hold: nothing
 * about what the running program needs is guessed. `readTemplate` gives the text behind `templateUrl(ecosystem)`.
 */
export function splitStages(
  dockerfile: Dockerfile,
  files: ProjectFiles,
  readTemplate: (ecosystem: string) => string,
): Split | Refusal {
  const ecosystem = detectEcosystem(files, dockerfile);
  if (!ecosystem) {
    return {
      refused: 'ecosystem',
      why: 'No template fits the project: its root has none of the files of npm, pip, poetry, uv, Go, Maven, Gradle, Cargo, Bundler, Composer and .NET.',
      whatToChange: 'Write the stages by hand, or leave --multi-stage away.',
    };
  }
  const values = ecosystem.fit(dockerfile, files);
  if (isRefusal(values)) return values;
  return { text: fill(readTemplate(ecosystem.name), values, dockerfile.newline) };
}

function isRefusal(values: TemplateValues | Refusal): values is Refusal {
  return 'refused' in values;
}

/**
 * Puts the values in, each on lines of its own; an empty one takes its line and the blank one behind it away.
 *
 * Lines of `#` in front of the first placeholder are for the reader of the template only. The text of the build stage stays
 * as it is, whatever its lines end with.
 */
function fill(template: string, values: TemplateValues, newline: string): string {
  const lines: string[] = [];
  for (const line of template.slice(template.indexOf('{{')).trimEnd().split('\n')) {
    const name = /^\{\{(\w+)\}\}$/.exec(line)?.[1];
    const value = name === undefined ? line : values[name];
    if (value === undefined) throw new Error(`the template's {{${name}}} has no value`);
    if (value === '' && (name !== undefined || lines.at(-1) === '')) continue;
    lines.push(name === 'build' ? value : value.replace(/\r?\n/g, newline));
  }
  return `${lines.join(newline)}${newline}`;
}
