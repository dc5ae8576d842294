/** Whether a path means itself in a COPY and in a shell: no blanks, variables, patterns or quotes. */
export function isPlain(path: string): boolean {
  return /^[\w./+@-]+$/.test(path);
}
