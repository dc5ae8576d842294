/**
 * @typedef {object} EngineKind
 * @property {'28' | '26' | '20'} release      key of `releases`: the private server
 * @property {'28' | '26'} client              key of `releases`: the docker client and buildx that talk to it
 * @property {'containerd' | 'overlay2'} store
 * @property {(found: FoundEngine) => boolean} accepts whether an engine that is already there will do as well
 *
 * @typedef {object} FoundEngine
 * @property {number} major                    major version of the server
 * @property {'containerd' | 'graphdriver'} store
 */

/** What the private engines are unpacked from. Debian's testing suite moves: its engine is 28 or newer. */
export const releases = {
  28: { suite: 'forky', packages: ['docker.io', 'docker-cli', 'docker-buildx', 'containerd'] },
  26: { suite: 'trixie', packages: ['docker.io', 'docker-cli', 'docker-buildx', 'containerd'] },
  20: { suite: 'bookworm', packages: ['docker.io', 'containerd'] },
};

/**
 * The engines that the tests ask for, by name.
 *
 * `engine26` is the newest whose own frontend has no `--mount=type=secret,env=`; `engine20` has no buildx of its own in
 * Debian, so a newer client talks to it.
 *
 * @type {Record<'containerd' | 'overlay2' | 'engine26' | 'engine20', EngineKind>}
 */
export const engines = {
  containerd: {
    release: '28',
    client: '28',
    store: 'containerd',
    accepts: ({ major, store }) => major >= 28 && store === 'containerd',
  },
  overlay2: {
    release: '28',
    client: '28',
    store: 'overlay2',
    accepts: ({ major, store }) => major >= 28 && store === 'graphdriver',
  },
  engine26: {
    release: '26',
    client: '26',
    store: 'overlay2',
    accepts: ({ major, store }) => major === 26 && store === 'graphdriver',
  },
  engine20: { release: '20', client: '28', store: 'overlay2', accepts: ({ major }) => major === 20 },
};
