/** Gives the result of the `begin` that came first with an equal key; keys are compared as JSON. */
export type Sharing<T> = (key: unknown, begin: () => Promise<T>) => Promise<T>;

/** Runs what several ask for once: the first caller with a key begins it, the others get the same result, or the same error. */
export function sharing<T>(): Sharing<T> {
  const known = new Map<string, Promise<T>>();
  return (key, begin) => {
    const name = JSON.stringify(key);
    const running = known.get(name) ?? begin();
    known.set(name, running);
    return running;
  };
}
