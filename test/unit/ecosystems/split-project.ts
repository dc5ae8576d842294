import { readFileSync } from 'node:fs';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import type { Refusal, Split } from '../../../src/ecosystems/index.ts';
import { splitStages, templateUrl } from '../../../src/ecosystems/split.ts';

/** Splits a Dockerfile that stands in a project with these files. */
export function splitProject(dockerfile: string, files: Readonly<Record<string, string>>): Split | Refusal {
  const project = { list: Object.keys(files), text: (path: string) => files[path] };
  return splitStages(parseDockerfile(dockerfile), project, (name) => readFileSync(templateUrl(name), 'utf8'));
}

/** The runtime stage and what is added to the build stage; throws with the reason when it is refused. */
export function splitText(dockerfile: string, files: Readonly<Record<string, string>>): string {
  const split = splitProject(dockerfile, files);
  if ('refused' in split) throw new Error(`${split.refused}: ${split.why}`);
  return split.text;
}

/** What stands behind the second FROM, that one included. */
export function runtimeOf(text: string): string {
  return text.slice(text.search(/(?<=\n)from\b/i));
}
