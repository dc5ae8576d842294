import type { Dockerfile } from '../dockerfile/index.ts';

/** What a split may know of the project. Paths are relative to the context's root, with `/`. */
export interface ProjectFiles {
  /** All paths that are sent to the build. */
  list: readonly string[];
  /** The text of a file; undefined when it cannot be read as text. */
  text(path: string): string | undefined;
}

/** Why a Dockerfile is not split: a precondition that does not hold. */
export interface Refusal {
  /** Stable id of the precondition: `one-stage`, `system-step`, … (docs/multi-stage.md). */
  refused: string;
  /** What was found, with the line where there is one. */
  why: string;
  /** One imperative sentence. */
  whatToChange: string;
}

/** A Dockerfile in two stages. */
export interface Split {
  text: string;
}

/** What fills the placeholders of a template. */
export type TemplateValues = Readonly<Record<string, string>>;

/** One kind of project for which there is a template. A new one is an object of this shape in ecosystems.ts and a folder in templates/. */
export interface Ecosystem {
  /** Also the name of its folder in templates/. */
  name: string;
  /** Base images that bring its tools, by their names without tag. */
  image: RegExp;
  /** Whether the project is of this kind. */
  detect(files: ProjectFiles, dockerfile: Dockerfile): boolean;
  /** The values for the template, or the first precondition that does not hold. */
  fit(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal;
}
