/** A person at a terminal. */
export interface Asker {
  print(text: string): Promise<void>;
  /** One of the choices; the first is the default. Throws `INTERRUPTED` when the person leaves. */
  choose<T extends string>(message: string, choices: readonly { value: T; name: string }[]): Promise<T>;
  /**
   * A line of text that is not empty. Throws as `choose`.
   *
   * `problem` says what is wrong with an answer, without quoting it; it is asked for again then.
   */
  ask(message: string, problem?: (answer: string) => string | undefined): Promise<string>;
  /** A line of text that stands there already and may be changed, or emptied. Throws as `choose`. */
  change(message: string, line: string): Promise<string>;
  /** A whole text in the person's editor; undefined where there is none, or where it failed. */
  edit(text: string, name: string): Promise<string | undefined>;
}
