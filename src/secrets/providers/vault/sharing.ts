/** Runs what several ask for once: the first caller with a key begins it, the others get the same result, or the same error. */
export function sharing<T>(): (key: unknown, begin: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key, begin) => {
    const name = JSON.stringify(key);
    const running = known.get(name) ?? begin();
    known.set(name, running);
    return running;
  };
}
