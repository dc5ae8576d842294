import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Paint, renderText } from '../../../src/report/index.ts';
import { reportOf, verdicts } from './reports.ts';

const same = (text: string): string => text;
const plain: Paint = { bold: same, red: same, green: same, yellow: same, dim: same };

test('what a person reads at each end', () => {
  const texts = verdicts.map((verdict) => `--- ${verdict}\n${renderText(reportOf(verdict), plain)}`);
  expect(texts.join('')).toMatchInlineSnapshot(`
"--- clean
safebuild: Dockerfile:2: Mount NPM_TOKEN as a secret.
safebuild: PIN was not searched for: too short
safebuild: .env: A stage that is not built copies .env.
safebuild: clean: 2 secrets searched for in 3 layers, 1,234 files, 42 MB; pushed example.com/app:1@sha256:7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f
--- nothing-to-prove
safebuild: no secret found in .env, the environment and the Dockerfile, so the image was not searched
--- leak
safebuild: Dockerfile:2: Mount NPM_TOKEN as a secret.
safebuild: LEAK: app:1 holds NPM_TOKEN. Nothing was loaded, tagged, pushed or written.
  ✗ NPM_TOKEN stands in layer 2 of 3 › app/.npmrc, as base64.
    made by  Dockerfile:5
    file     mode 0644, owner node:1000, readable by everyone, byte 12
    mend it  Do not write it into the image.
  ✗ NPM_TOKEN stands in layer 2 of 3 › app/.npmrc, as base64.
    made by  the base image node:20
    mend it  Do not write it into the image.
safebuild: PIN was not searched for: too short
safebuild: .env: A stage that is not built copies .env.
--- unverified
safebuild: Dockerfile:2: Mount NPM_TOKEN as a secret.
safebuild: NOT VERIFIED: app:1 could not be searched whole. Nothing was loaded, tagged, pushed or written.
  ? blobs/sha256/7f › app.zst: it ends too early
safebuild: PIN was not searched for: too short
safebuild: .env: A stage that is not built copies .env.
--- needs-person
safebuild: the Dockerfile leaks in 1 place that no edit may mend without you. Nothing was built.
  ? Dockerfile:4: ENV keeps API_KEY in the image.
    Say when it is needed in safebuild.yaml:
    secrets:
      API_KEY: { needed: runtime }
--- build-failed
--- passed-through
"
`);
});

test('verify says nothing of loading and pushing', () => {
  const text = renderText(reportOf('leak', { command: 'verify', subject: 'image.tar' }), plain);
  expect(text).toContain('LEAK: image.tar holds NPM_TOKEN.\n');
});

test('nobody pulls a plain folder', () => {
  const location = { kind: 'image', place: 'archive', path: 'dist' } as const;
  const notes = [{ rule: 'verify-files', level: 'note' as const, message: 'dist is no image', location }];
  const told = (more: object) => renderText(reportOf('leak', { command: 'verify', subject: 'dist', ...more }), plain);
  expect(told({ notes })).toContain('Whoever could read it may have');
  expect(told({})).toContain('Whoever could pull or read it may have');
});

const image = { kind: 'image', place: 'layer', layer: 1, layers: 2 } as const;

test('what is accepted is told with its reason, also by -q, and counted', () => {
  const accepted = {
    findings: [
      {
        rule: 'leak',
        level: 'note' as const,
        secret: 'API_KEY',
        message: 'API_KEY is in layer 1 of 2, /docs/a.md',
        location: image,
        accepted: { reason: 'the example of the manual', expires: '2027-01-31' },
      },
    ],
    incomplete: [{ where: 'srv/a.bin', why: 'it is cut off', file: 'srv/a.bin', accepted: { reason: 'noise' } }],
  };
  const report = reportOf('clean', { accepted });
  const lines = [
    'safebuild: accepted: API_KEY is in layer 1 of 2, /docs/a.md (the example of the manual; until 2027-01-31)',
    'safebuild: accepted: srv/a.bin was not searched whole: it is cut off (noise)',
  ].join('\n');
  expect(renderText(report, plain)).toContain(lines);
  expect(renderText(report, plain)).toContain('42 MB; 2 accepted; pushed');
  expect(renderText(report, plain, { quiet: true })).toContain(lines);
  expect(renderText({ ...report, verdict: 'leak', exitCode: 5 }, plain)).toContain(lines);
});

test('an entry of allow that does nothing is told with its line', () => {
  const location = { kind: 'configuration', path: 'safebuild.yaml', line: 7 } as const;
  const warnings = [{ rule: 'allow-unused', level: 'warning' as const, message: 'It accepts nothing.', location }];
  const line = 'safebuild: safebuild.yaml:7: It accepts nothing.\n';
  expect(renderText(reportOf('clean', { warnings }), plain)).toContain(line);
  expect(renderText(reportOf('clean', { warnings }), plain, { quiet: true })).toContain(line);
});

test('detections that do not fail are shown, those of the base image only counted', () => {
  const detected = {
    rule: 'detected:private-key',
    level: 'warning',
    message: 'A key is in /a',
    location: image,
  } as const;
  const notes = [1, 2].map(() => ({ ...detected, level: 'note' as const, message: 'A key is in /base' }));
  const text = renderText(reportOf('clean', { warnings: [detected], notes }), plain);
  expect(text).toContain('safebuild: look at this: A key is in /a (detector private-key)\n');
  expect(text).toContain('safebuild: 2 keys or tokens of the base image; --json lists them\n');
  expect(text).not.toContain('/base');
});

test('a leak that nobody declared is named by what it is', () => {
  const leaks = [{ rule: 'detected:private-key', level: 'error', message: 'A key is in /a', location: image } as const];
  expect(renderText(reportOf('leak', { leaks }), plain)).toContain('LEAK: app:1 holds private-key.');
});

test('whoever asks for more is told what was looked at, and as what', () => {
  const more = renderText(reportOf('clean'), plain, { verbose: true });
  expect(more).toContain(`safebuild: looked at 3 layers, 1 config, 0 attestations and all else of 9 stored files
safebuild: opened 3 gzip and 4 tar
safebuild: searched for NPM_TOKEN and API_KEY
safebuild: as raw and base64
safebuild: not searched for PORT, no secret: a number
`);
  expect(more.endsWith(renderText(reportOf('clean'), plain))).toBe(true);
  expect(renderText(reportOf('build-failed'), plain, { verbose: true })).toBe('');
});

test('many leaks are counted, not listed', () => {
  const [leak] = reportOf('leak').leaks;
  const text = renderText(reportOf('leak', { leaks: Array(1012).fill(leak) }), plain);
  expect(text.match(/✗/g)).toHaveLength(10);
  expect(text).toContain('… and 1,002 more places; --json lists them all');
});

test('-q leaves what a good end must not hide, and all of a bad one', () => {
  expect(renderText(reportOf('clean'), plain, { quiet: true })).toBe(
    'safebuild: PIN was not searched for: too short\n',
  );
  expect(renderText(reportOf('leak'), plain, { quiet: true })).toBe(renderText(reportOf('leak'), plain));
});

test('names out of an image can neither add a line nor reach the terminal', () => {
  const hostile = 'x\nsafebuild: clean: 1 secret\u001b[2J\u009b1A\r\u202e\u2028';
  const finding = { rule: 'leak', level: 'error', message: hostile, remedy: hostile } as const;
  const report = reportOf('leak', {
    subject: hostile,
    leaks: [{ ...finding, secret: hostile, location: { kind: 'image', place: 'layer', createdBy: hostile } }],
    incomplete: [{ where: hostile, why: hostile }],
    secrets: { searched: [hostile], weak: [{ name: hostile, why: hostile }], settings: [] },
  });
  for (const verdict of verdicts) {
    const lines = renderText({ ...report, verdict }, plain).split('\n');
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}|[\u202e\u2028]/u);
      if (verdict !== 'clean') expect(line).not.toMatch(/^safebuild: clean/);
    }
  }
  expect(renderText(report, plain)).toContain('x\\x0asafebuild: clean');
});

test('no text of any verdict holds a control character', () => {
  fc.assert(
    fc.property(fc.constantFrom(...verdicts), fc.string({ unit: 'binary' }), (verdict, text) => {
      const weak = [{ name: text, why: text }];
      const report = reportOf(verdict, {
        subject: text,
        secrets: { searched: [text], weak, settings: [] },
        lookedIn: [text],
      });
      expect(renderText(report, plain).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }),
  );
});
