import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ScanResult } from '../../../../src/scan/index.ts';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { secret, token } from '../secrets.ts';

/**
 * Files that SQLite 3.40 wrote, with gzip around them, as base64; their pages have 512 bytes.
 *
 * Each holds the token and other letters in one value, so long that the token is cut: by the end of the row's own page (`row`,
 * `index` in a table without row ids, `wal`, and `deleted`, whose row was deleted), or between two overflow pages (`chain`). In
 * `blob` a gzip stream holds it. `clean` has long rows, two of them deleted.
 */
const written = {
  row: 'H4sIAAAAAAACAwsO9MksSVVIyy/KTSxRMGZgYmBkZHBQUGBgYGABYmYGBGCCisEAIwNhwMKgl8zIC1LMeIsBiEYB3YAKI5s4Pz+jZUliUk5qSQmTc5CrY4irQoijk4+rQolGokJJakWJJiRu9jIA0SgYaqDFgpG5o7yCSJCXX6KbqFucmlyUWqJrnmacCMvflobJRikmqRaVo2DEAQBygRj8AAYAAA==',
  chain:
    'H4sIAAAAAAACAwsO9MksSVVIyy/KTSxRMGZgYmBkZHBQUGBgYGQAAhYGBAhD4zMyEARAJXrJjLwgFuMtBiAaBXQDKoxs4vz8jJYliUk5qSUlTM5Bro4hrgohjk4+rgolGokKJakVJZrguGHIZQAhmoNuFkbmafwVo2BwAGCMMIPy9GhIjFiQB8qW+SW6ibrFqclFqSW65mnGiZaGyUYpJqkWlaNg2AMAJQw1LgAIAAA=',
  index:
    'H4sIAAAAAAACAwsO9MksSVVIyy/KTSxRMGZgYmBkZHBQUGBgYGABYmYGBGCCisEAIwNhwMKgl8zIC1LMeIABiEYBlYEdI5s4Pz9jbkliUk5qSQmTc5CrY4irQoijk4+rQolGokJJakWJQkFRZm5iUaVCdmqlpkJ5ZklGfmmJQlF+eWYKFzhu9jEA0SgYcqDFgrmjvIJIkJdfopuoW5yaXJRaomueZpwIy9+WhslGKSapFpWjYMQBAA4+o5wABgAA',
  deleted:
    'H4sIAAAAAAACAwsO9MksSVVIyy/KTSxRMGZgYmBkZHBQUGBgYOAEYhYgZgZiJigG8WGAkYEw4GTQS2bkBSlmvMUARKOAbkCFkU2cn5/RsiQxKSe1pITJOcjVMcRVIcTRycdVoUQjUaEktaJEExI33xmASAkIsQLGqx3lFUSCvPwS3UTd4tTkotQSXfM040RIomGc1CdaNQoGBQBlaXZGJvG0zKLiEqS8zDIaNCMyMTBYGiYbpZikWlSOghEHABTvukkACAAA',
  blob: 'H4sIAAAAAAACAwsO9MksSVVIyy/KTSxRMGZgYmBkZHBQUGBgADIhGAYYgZgFjU8IMDHoJTPyghQzXmYAolFAe6DNyCbOz8/oXpKYlJNaUsLkHOTqGOKqEOLo5OOqUKKRqFCSWlGik6SQlJOfpAmJmxMMQDQKhjAwY2QWzcpLzE2V7+aA5Dxm7o1nT+tf9L2i6+er56V70dTf2G+LiY+Zl6HnVgaGoO6Gg9JAZQCNrG6rAAQAAA==',
  wal: 'H4sIAAAAAAACAzOvZ2ti0H0kwcDAxAACcXdX1OfOjrYNKX5Q6LkyuBkoxIgsftPF/TXDyTnLggN9MktSFdLyi3ITSxSMgbqZmBgcFBQYIAZBDIMAkH4WND4hwMSgl8zIC1LMeIsBiEYB3YAKI5s4Pz+jZUliUk5qSQmTc5CrY4irQoijk4+rQolGokJJakWJJiyeYekiMTXbci97jwovA1rsj4KRBlDKiwm8i5qSrs92J1BeMI+WFyOivICni9pFNzkvvwsohMTZXgYgGgVDDbRYMDJ3lFcQCfLyS3QTdYtTk4tSS3TN04wTofkejGHpwqP8+5a1NikrQcZbGiYbpZikWlSOghEHAG7isZOYCgAA',
  clean:
    'H4sIAAAAAAACAwsO9MksSVVIyy/KTSxRMGZgYmBkZHBQUGBgYGAHYj4gZgViFiBmhNIwwMhAGLAz6CUz8oIUM95iAKJRQDegwsgmzs/PaFmSmJSTWlLC5Bzk6hjiqhDi6OTjqlCikahQklpRoskKjpvfIA18QMqCWNM7klmYJ/om5uWXZKQWKZQl5pSmKtCOB7SQsyOZmb42snckM9HXRtaOZEb62Qi0kBeUn1lo77dR3mDlgfLyaGiMXB60OGcGYjZonc8xGiqj+X+UN2LyP8doOIzm/9HQGLH5n2s0HEbz/2hojNj8zzMaDqP5fzQ0RiaPl2EVAxODBQNjH5CwGMzjv0D8hL7jv0BcNIzHf0E2MkPmZvpA8T8KBhx0JLPSN/65AUJ2kv4AHAAA',
};

function fixture(name: keyof typeof written): Buffer {
  return gunzipSync(Buffer.from(written[name], 'base64'));
}

function scan(content: Buffer, path = 'app.db'): Promise<ScanResult> {
  return scanImage(memorySource(new Map([[path, content]]), 'files', 300), [secret()]);
}

test.each([
  ['a row and its first overflow page', 'row', 'sqlite'],
  ['two overflow pages', 'chain', 'sqlite'],
  ['an index entry and its overflow page', 'index', 'sqlite'],
  ['a deleted row and its former overflow page', 'deleted', 'sqlite'],
  ['a row and its overflow page in a write-ahead log', 'wal', 'sqlite wal'],
] as const)('a value that is cut between %s is found', async (_, name, container) => {
  const file = fixture(name);
  expect(file.includes(token)).toBe(false);
  const { findings, coverage, incomplete } = await scan(file);
  expect(findings.map(({ form, location }) => [form, location])).toEqual([
    [[container], expect.objectContaining({ path: 'app.db' })],
  ]);
  expect(coverage).toMatchObject({ opened: { [container]: 1 }, notOpened: {}, damaged: { count: 0 } });
  expect(incomplete).toEqual([]);
});

test('a wrapper in a column is opened, and named', async () => {
  const { findings } = await scan(fixture('blob'));
  expect(findings.map(({ form }) => form)).toEqual([['sqlite page 2 cell 0 column 1', 'gzip']]);
});

test('a value on one page is told where it stands', async () => {
  const file = fixture('blob');
  // the free space of the table's page
  file.write(token, 700);
  const { findings } = await scan(file);
  expect(findings).toContainEqual(expect.objectContaining({ location: expect.objectContaining({ offset: 700 }) }));
});

test('a database without the value is clean', async () => {
  const { findings, coverage, incomplete } = await scan(fixture('clean'));
  expect([findings, incomplete]).toEqual([[], []]);
  expect(coverage).toMatchObject({ opened: { sqlite: 1 }, notOpened: {}, damaged: { count: 0 } });
});

test('a database that is cut off is damaged', async () => {
  const { coverage } = await scan(fixture('clean').subarray(0, -700));
  expect(coverage.damaged.examples.map(({ why }) => why)).toEqual(['the database is cut off']);
});

test('a header that makes no sense is damaged', async () => {
  const file = fixture('clean');
  file.writeUInt16BE(1000, 16);
  expect((await scan(file)).coverage.damaged.examples.map(({ why }) => why)).toEqual([
    'the header of the database cannot be read',
  ]);
});

test('chains that go in circles, or through the same page from everywhere, end', async () => {
  const circle = fixture('chain');
  const size = 512;
  for (let page = 2; page < circle.length / size; page++) circle.writeUInt32BE(page + 1, page * size);
  circle.writeUInt32BE(3, circle.length - size);
  expect((await scan(circle)).incomplete).toEqual([]);
  // a page of pointers to one cell, whose payload claims to go on for a gigabyte
  const page = Buffer.alloc(size);
  page[0] = 13;
  page.writeUInt16BE(200, 3);
  for (let index = 0; index < 200; index++) page.writeUInt16BE(430, 8 + 2 * index);
  // 39 + 508 * 2^21 bytes, of which 39 are on the page; then the number of the row
  Buffer.from([0x83, 0xfc, 0x80, 0x80, 0x27, 1]).copy(page, 430);
  page.writeUInt32BE(3, 436 + 39);
  page.copy(circle, size);
  const { coverage } = await scan(circle);
  expect(coverage.notOpened).toEqual({ 'sqlite rows that overlap': 1 });
});

const mebi = 1024 * 1024;

/** A database of 66 MiB with one row, whose own page and overflow page lie at these offsets. */
function largeDatabase(leafAt: number, overflowAt: number): Buffer {
  const small = fixture('row');
  const large = Buffer.alloc(66 * mebi);
  small.copy(large, 0, 0, 512);
  large.writeUInt32BE(large.length / 512, 28);
  const leaf = small.subarray(512, 1024);
  const pointer = leaf.indexOf(Buffer.from([0, 0, 0, 3]));
  leaf.copy(large, leafAt);
  small.copy(large, overflowAt, 1024, 1536);
  large.writeUInt32BE(overflowAt / 512 + 1, leafAt + pointer);
  return large;
}

test.each([
  ['across the end of the first pages that are looked at', 40 * mebi - 512, 47 * mebi],
  ['behind it, and backwards', 66 * mebi - 512, 49 * mebi],
])('in a database of more than 64 MiB a row is put together: %s', async (_, leafAt, overflowAt) => {
  const source = memorySource(new Map([['app.db', largeDatabase(leafAt, overflowAt)]]), 'files', 4 * mebi);
  const { findings, coverage, incomplete } = await scanImage(source, [secret()]);
  expect(findings.map(({ form }) => form)).toContainEqual(['sqlite']);
  expect([coverage.notOpened, coverage.damaged.count, incomplete]).toEqual([{}, 0, []]);
});

test('in a database of more than 64 MiB a row whose pages are far from each other is counted', async () => {
  const source = memorySource(new Map([['app.db', largeDatabase(512, 65 * mebi)]]), 'files', 4 * mebi);
  const { findings, coverage } = await scanImage(source, [secret()]);
  expect(findings).toEqual([]);
  expect(coverage.notOpened).toEqual({ 'sqlite row with pages elsewhere': 1 });
});

test('a large database that is cut off is damaged, and so is one whose header makes no sense', async () => {
  const whole = largeDatabase(512, 1024);
  for (const [file, why] of [
    [whole.subarray(0, 65 * mebi), 'the database is cut off'],
    [Buffer.from(whole).fill(3, 16, 18), 'the header of the database cannot be read'],
  ] as const) {
    const source = memorySource(new Map([['app.db', file]]), 'files', 4 * mebi);
    const { coverage } = await scanImage(source, [secret()]);
    expect(coverage.damaged.examples.map((example) => example.why)).toEqual([why]);
  }
});

test('a compressed stream behind a database is opened, and zeros are padding', async () => {
  const database = fixture('clean');
  const { findings, incomplete } = await scan(Buffer.concat([database, gzipSync(`k=${token}`)]));
  expect([findings.map(({ form }) => form), incomplete]).toEqual([[['sqlite behind the end', 'gzip']], []]);
  const padded = await scan(Buffer.concat([database, Buffer.alloc(4096)]));
  expect(padded.coverage).toMatchObject({ opened: (await scan(database)).coverage.opened, damaged: { count: 0 } });
});
