import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderJson, renderText } from '../../../src/report/index.ts';
import { verify } from '../../../src/verify.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { hostIn } from '../build/project.ts';
import { Layout } from '../image/build-image.ts';
import { buildTar } from '../image/build-tar.ts';

const same = (text: string): string => text;
const plain = { bold: same, red: same, green: same, yellow: same, dim: same };

/** An image that holds the value wherever an image can hold something, names included. */
function leakyImage(value: string): Buffer {
  const base64 = Buffer.from(value).toString('base64');
  const layout = new Layout();
  const image = layout.image(
    [
      [
        { path: `app/${value}/token`, content: value },
        { path: `app/${base64}`, content: base64 },
        { path: `odd\n\u001b[2J${value}`, content: encodeURIComponent(value) },
      ],
      [
        {
          path: 'app/broken.gz',
          content: Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), Buffer.from(value)]),
        },
      ],
    ],
    {
      config: { Env: [`TOKEN=${value}`], Labels: { [value]: value }, Cmd: ['sh', '-c', value] },
      history: [
        { created_by: `RUN |1 TOKEN=${value} /bin/sh -c echo ${value}` },
        { created_by: `COPY ${value} /`, comment: value },
      ],
    },
  );
  const index = {
    schemaVersion: 2,
    manifests: [{ ...image, annotations: { 'org.opencontainers.image.title': value } }],
  };
  const files = [...layout.files].map(([path, content]) => ({ path, content }));
  return buildTar([...files, { path: 'index.json', content: Buffer.from(JSON.stringify(index)) }]);
}

test(
  'no report of an image that is full of a value shows the value, in any form',
  () =>
    fc.assert(
      fc.asyncProperty(fc.stringMatching(/^not-a-secret-[A-Za-z0-9]{16,24}$/), (value) =>
        withTempDir(async (cwd) => {
          await writeFile(join(cwd, '.env'), `TOKEN=${value}\n`);
          await writeFile(join(cwd, 'image.tar'), leakyImage(value));
          const report = await verify({ subject: 'image.tar', envFiles: [] }, hostIn(cwd));
          expect(report).toMatchObject({ verdict: 'leak', exitCode: 5 });
          expect(report.leaks.length).toBeGreaterThan(5);
          const shown = renderText(report, plain) + renderJson(report);
          const bytes = Buffer.from(value);
          for (const form of [
            value,
            bytes.toString('base64').replace(/=+$/, ''),
            bytes.toString('hex'),
            value.slice(0, 20),
          ]) {
            expect(shown).not.toContain(form);
          }
          expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
        }),
      ),
      { numRuns: 5 },
    ),
  60_000,
);
