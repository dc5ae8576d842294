import type { Ecosystem } from '../ecosystem.ts';
import { projectFiles } from './build-files.ts';
import { fitJava } from './fit.ts';

/** Java, where Maven or Gradle builds one jar that has everything in it. */
export const java: Ecosystem = {
  name: 'java',
  image: /^(?:maven|gradle|eclipse-temurin)$/,
  detect: ({ list }) => list.some((path) => projectFiles.test(path)),
  fit: fitJava,
};
