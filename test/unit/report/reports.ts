import type { Finding } from '../../../src/finding.ts';
import type { Report, Verdict } from '../../../src/report/index.ts';
import { emptyCoverage } from '../../../src/scan/coverage.ts';
import { defaultLimits } from '../../../src/scan/index.ts';

const digest = `sha256:${'7f'.repeat(32)}`;

const mended: Finding = {
  rule: 'arg-secret',
  level: 'error',
  secret: 'NPM_TOKEN',
  message: 'The build argument NPM_TOKEN stays in the image.',
  location: { kind: 'dockerfile', path: 'Dockerfile', line: 2, endLine: 2 },
  fix: { title: 'Mount NPM_TOKEN as a secret.', changes: [{ kind: 'remove-instruction', instruction: 1 }] },
};

const warned: Finding = {
  rule: 'copy-secret-file',
  level: 'warning',
  message: 'A stage that is not built copies .env.',
  location: { kind: 'context', path: '.env' },
};

const open: Finding = {
  rule: 'env-secret',
  level: 'error',
  secret: 'API_KEY',
  message: 'ENV keeps API_KEY in the image.',
  remedy: 'Say when it is needed in safebuild.yaml:\nsecrets:\n  API_KEY: { needed: runtime }',
  location: { kind: 'dockerfile', path: 'Dockerfile', line: 4, endLine: 5 },
  needsPerson: true,
};

const leak: Finding = {
  rule: 'leak',
  level: 'error',
  secret: 'NPM_TOKEN',
  message: 'NPM_TOKEN stands in layer 2 of 3 › app/.npmrc, as base64.',
  remedy: 'Do not write it into the image.',
  form: ['base64'],
  location: {
    kind: 'image',
    place: 'layer',
    platform: 'linux/amd64',
    digest,
    layer: 2,
    layers: 3,
    path: 'app/.npmrc',
    file: { mode: 0o644, uid: 1000, gid: 1000, user: 'node' },
    inside: [{ container: 'tar', path: 'a', file: { mode: 0o600, uid: 0, gid: 0 } }],
    offset: 12,
    visible: false,
    createdBy: 'RUN npm ci',
    madeBy: { kind: 'dockerfile', path: 'Dockerfile', line: 5, endLine: 5 },
  },
};

const exitCodes: Record<Verdict, number> = {
  clean: 0,
  'nothing-to-prove': 0,
  leak: 5,
  unverified: 6,
  'needs-person': 4,
  'build-failed': 1,
  'passed-through': 0,
};

export const verdicts = Object.keys(exitCodes) as Verdict[];

/** A report as a build with this verdict makes it. */
export function reportOf(verdict: Verdict, changes: Partial<Report> = {}): Report {
  const proved = ['clean', 'leak', 'unverified'].includes(verdict);
  const coverage = {
    ...emptyCoverage(),
    opened: { gzip: 3, tar: 4 },
    forms: ['raw', 'base64'],
    limits: { ...defaultLimits },
    entries: 9,
    layers: 3,
    configs: 1,
    files: 1234,
    storedBytes: 5e6,
    decodedBytes: 42e6,
  };
  return {
    command: 'build',
    verdict,
    exitCode: exitCodes[verdict],
    secrets: {
      searched: verdict === 'nothing-to-prove' ? [] : ['NPM_TOKEN', 'API_KEY'],
      weak: proved ? [{ name: 'PIN', why: 'too short' }] : [],
      settings: [{ name: 'PORT', why: 'a number' }],
    },
    dockerfile: verdict === 'needs-person' ? [mended, open] : proved ? [mended, warned] : [],
    leaks:
      verdict === 'leak'
        ? [leak, { ...leak, location: { kind: 'image', place: 'config', madeBy: 'base', base: 'node:20' } }]
        : [],
    incomplete: verdict === 'unverified' ? [{ where: 'blobs/sha256/7f › app.zst', why: 'it ends too early' }] : [],
    coverage: proved ? [coverage] : [],
    mounts: proved ? [{ id: 'NPM_TOKEN', secret: 'NPM_TOKEN', env: 'NPM_TOKEN' }] : [],
    notes: [],
    elapsedMs: proved ? { build: 12_000, proof: 340 } : {},
    ...(proved ? { subject: 'app:1' } : {}),
    ...(verdict === 'clean'
      ? { image: { digest, names: ['app:1'], pushed: [{ name: 'example.com/app:1', digest }], files: [] } }
      : {}),
    ...(verdict === 'nothing-to-prove' ? { lookedIn: ['.env', 'the environment', 'the Dockerfile'] } : {}),
    ...changes,
  };
}
