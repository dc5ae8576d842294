/** A person at a terminal. */
export interface Asker {
  print(text: string): Promise<void>;
  /** One of the choices; the first is the default. Throws `INTERRUPTED` when the person leaves. */
  choose<T extends string>(message: string, choices: readonly { value: T; name: string }[]): Promise<T>;
  /** A line of text that is not empty. Throws as `choose`. */
  ask(message: string): Promise<string>;
}
