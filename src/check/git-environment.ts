const variables = new Set(
  `PATH HOME USER LOGNAME LANG TMPDIR XDG_CONFIG_HOME SSH_AUTH_SOCK
  GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_NAMESPACE
  GIT_CEILING_DIRECTORIES GIT_DISCOVERY_ACROSS_FILESYSTEM GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM
  SYSTEMROOT USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA PATHEXT TEMP TMP`.split(/\s+/),
);

/** Whom git may trust, which containers say by variable; other settings that come this way may hold a login. */
const trusted = 'safe.directory';

/**
 * What git needs to find itself, its configuration and the repository; the secrets of a CI job are none of its business.
 *
 * Names of variables and their meaning: git(1), git-config(1).
 */
export function gitEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => variables.has(name.toUpperCase())));
  const folders = Object.entries(env).flatMap(([name, value]) => {
    const number = /^GIT_CONFIG_KEY_(\d+)$/.exec(name)?.[1];
    const folder = number === undefined ? undefined : env[`GIT_CONFIG_VALUE_${number}`];
    return value === trusted && folder !== undefined ? [folder] : [];
  });
  for (const [index, folder] of folders.entries()) {
    kept[`GIT_CONFIG_KEY_${index}`] = trusted;
    kept[`GIT_CONFIG_VALUE_${index}`] = folder;
  }
  return folders.length === 0 ? kept : { ...kept, GIT_CONFIG_COUNT: `${folders.length}` };
}
