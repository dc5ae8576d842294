/** A file that a step can write credentials into, by its path in the image. */
export interface WrittenFile {
  /** The tool family that reads it, as in tools.ts. */
  family: string;
  /** `ssh-key` for keys, whose mode ssh looks at; otherwise the same as the family. */
  kind: string;
  /**
   * `build`: only tools of a build read it; `seen`: running programs may read it too, so it counts as for the build when a
   * step is seen to read it.
   */
  need: 'build' | 'seen';
}

type Row = readonly [path: RegExp, family: string, need: WrittenFile['need'], kind?: string];

// Sources: the documentation of each tool. First match wins; paths are absolute.
const table: readonly Row[] = [
  [/\/[._]netrc$/, 'netrc', 'seen'],
  [/\/\.git-credentials$/, 'git', 'seen'],
  [/\/\.ssh\/(?!known_hosts|config$|authorized_keys)[^/]+$/, 'ssh', 'seen', 'ssh-key'],
  [/\/pip\.(?:conf|ini)$/, 'pip', 'build'],
  [/\/(?:\.pypirc|\.condarc)$/, 'pip', 'build'],
  [/\/pypoetry\/auth\.toml$/, 'pip', 'build'],
  [/\/(?:\.npmrc|npmrc|\.yarnrc|\.yarnrc\.yml)$/, 'npm', 'build'],
  [/\/auth\.json$/, 'composer', 'build'],
  [/\/settings(?:-security)?\.xml$/, 'maven', 'build'],
  [/\/gradle\.properties$/, 'gradle', 'build'],
  [/\/\.bundle\/config$|\/\.gem\/credentials$/, 'bundler', 'build'],
  [/\/nuget\.config$/i, 'nuget', 'build'],
  [/\/\.?cargo\/credentials(?:\.toml)?$/, 'cargo', 'build'],
  [/^\/etc\/apt\/(?:auth\.conf(?:\.d\/[^/]+)?|sources\.list(?:\.d\/[^/]+)?)$/, 'apt', 'build'],
  [/\/\.sentryclirc$/, 'sentry', 'build'],
  [/\/(?:\.terraformrc|\.tofurc|credentials\.tfrc\.json)$/, 'terraform', 'seen'],
  [/\/\.config\/gh\/hosts\.yml$/, 'git', 'seen'],
  [/\/\.hex\/hex\.config$/, 'hex', 'build'],
  [/\/\.Renviron$/, 'r', 'seen'],
];

/** What reads the file at this absolute path; undefined for a file that no tool is known for. */
export function writtenFile(path: string): WrittenFile | undefined {
  const row = table.find(([pattern]) => pattern.test(path));
  if (!row) return undefined;
  const [, family, need, kind = family] = row;
  return { family, kind, need };
}
