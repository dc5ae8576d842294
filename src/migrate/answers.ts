import type { Config, FileRule, NameRule } from '../config/index.ts';

/** What a person said about one name: who needs the secret, where its value comes from, or that it is none, and why. */
export interface SecretAnswer {
  needed?: 'build' | 'runtime';
  kind?: 'setting';
  reason?: string;
  /** A reference, as `vault://…`; never a value. */
  from?: string;
}

/** What a person said about one file of the context. */
export type FileAnswer = FileRule['needed'];

/** The decisions of one migration, as `safebuild.yaml` remembers them. Names and references only, never values. */
export interface Answers {
  secrets: ReadonlyMap<string, SecretAnswer>;
  /** By path relative to the context's root, with `/`. */
  files: ReadonlyMap<string, FileAnswer>;
  multiStage?: Config['multiStage'];
}

/** Nothing was asked yet. */
export const noAnswers: Answers = { secrets: new Map(), files: new Map() };

/** The answers and one more, about a secret; what was said about it before stays. */
export function answerSecret(answers: Answers, name: string, answer: SecretAnswer): Answers {
  const before = answers.secrets.get(name);
  return { ...answers, secrets: new Map([...answers.secrets, [name, { ...before, ...answer }]]) };
}

/** The answers and one more, about a file. */
export function answerFile(answers: Answers, path: string, answer: FileAnswer): Answers {
  return { ...answers, files: new Map([...answers.files, [path, answer]]) };
}

/** The configuration as it will be when the answers stand in it. */
export function withAnswers(config: Config, answers: Answers): Config {
  const secrets = new Map<string, NameRule>(config.secrets);
  for (const [name, answer] of answers.secrets) secrets.set(name, { ...secrets.get(name), ...answer });
  const files = new Map<string, FileRule>(config.files);
  for (const [path, needed] of answers.files) files.set(path, { needed });
  const { multiStage = config.multiStage } = answers;
  return { ...config, secrets, files, multiStage };
}
