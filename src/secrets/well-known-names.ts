// Frameworks copy what carries these prefixes into the code for the browser.
const publicPrefix =
  /^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP|NG_APP|STORYBOOK|PARCEL_PUBLIC|RSPRESS_PUBLIC|SNOWPACK_PUBLIC|REDWOOD_ENV|TAURI_PUBLIC)_/i;

// Build arguments that BuildKit reads itself (Docker's reference, "Predefined ARGs" and "BuildKit built-in build args").
const buildkitArgument =
  /^(?:BUILDKIT_[A-Z_]+|SOURCE_DATE_EPOCH|(?:HTTP|HTTPS|FTP|ALL|NO)_PROXY|(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/i;

// Variables of the machine or the client, and names that real Dockerfiles carry without harm.
const wellKnown = [
  /^(?:PATH|HOME|USER|USERNAME|LOGNAME|SHELL|PWD|OLDPWD|TERM|LANG|LANGUAGE|TZ|HOSTNAME|EDITOR|PAGER|DISPLAY|TMPDIR|PS1|MAIL|SHLVL)$/i,
  /^(?:NODE_ENV|PORT|HOST|DEBUG|CI|LOG_LEVEL|RAILS_ENV|RACK_ENV|APP_ENV|ENVIRONMENT|FLASK_ENV|DEBIAN_FRONTEND)$/i,
  /^SSH_(?:AUTH_SOCK|AGENT_PID|CLIENT|CONNECTION|TTY|ASKPASS)$|^GPG_(?:TTY|AGENT_INFO)$/i,
  /^APT_KEY_|_KEY_CHECKING$/i,
  /(?:^|_)(?:ALLOW_EMPTY|RANDOM_ROOT)_PASSWORD$/i,
  /^TOKENIZERS?_|_DUMMY$/i,
];

// Whole families. Anybody may put a password of their own under such a name, so these yield to a strong word.
const families = [/^(?:LC|XDG|DBUS|GNOME|KDE|WAYLAND|npm_package|npm_lifecycle)_/i, /^PYTHON[A-Z]+$/i];

/** Whether BuildKit itself reads this build argument, so that it can never become a secret mount. */
export function isBuildkitArgument(name: string): boolean {
  return buildkitArgument.test(name);
}

/** What follows a prefix that means "for the browser": `API_KEY` of `NEXT_PUBLIC_API_KEY`; undefined without one. */
export function behindPublicPrefix(name: string): string | undefined {
  const prefix = publicPrefix.exec(name)?.[0];
  return prefix === undefined ? undefined : name.slice(prefix.length);
}

/** A name that everybody knows to be a setting, whatever words it is made of: `ALLOW_EMPTY_PASSWORD`. */
export function isWellKnownSetting(name: string): boolean {
  return wellKnown.some((pattern) => pattern.test(name));
}

/** A name of a family of settings (`XDG_*`, `LC_*`, `PYTHONPATH`), which is one unless its words say otherwise. */
export function isOfSettingFamily(name: string): boolean {
  return families.some((pattern) => pattern.test(name));
}
