/** A mapping key that YAML takes for a string. */
export function yamlKey(name: string): string {
  return /^[A-Za-z_.][A-Za-z0-9_./-]*$/.test(name) ? name : JSON.stringify(name);
}
