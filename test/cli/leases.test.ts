import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '../helpers/docker.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { makeBed } from '../unit/secrets/providers/vault/stand-in.ts';
import { fakeDocker } from './fake-docker.ts';

// Against the stand-in of Vault: what is lent, and when it is given back, is safebuild's part.
test('what a store lends lives until the build is over, and is given back when the build fails', () =>
  withTempDir(async (cwd) => {
    const bed = await makeBed();
    const docker = await fakeDocker(cwd);
    await writeFile(join(cwd, 'Dockerfile'), 'FROM scratch\nARG DB_PASSWORD\nRUN migrate $DB_PASSWORD\n');
    const env = { ...docker.env, VAULT_ADDR: bed.url, VAULT_TOKEN: bed.token };
    const ended = await safebuild(['--secret-from', 'DB_PASSWORD=vault://database/creds/app#password', '.'], {
      cwd,
      env,
    });
    // The fake's engine does not answer, which is asked behind the fetching.
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Cannot connect to the Docker daemon'),
    });
    expect(await docker.asked()).toContainEqual(expect.stringMatching(/^buildx inspect/));
    expect(bed.asked().filter((one) => /^(?:GET database|PUT )/.test(one))).toEqual([
      'GET database/creds/app',
      'PUT sys/leases/revoke',
    ]);
    expect(bed.core.leases.size).toBe(0);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('not-a-secret');
    expect(ended.stderr).not.toContain('given back');
  }));

test('what a store does not take back is told', () =>
  withTempDir(async (cwd) => {
    const bed = await makeBed();
    bed.interfere = ({ path }) =>
      path === 'sys/leases/revoke' ? { status: 403, body: { errors: ['permission denied'] } } : undefined;
    const docker = await fakeDocker(cwd);
    await writeFile(join(cwd, 'Dockerfile'), 'FROM scratch\nARG DB_PASSWORD\nRUN migrate $DB_PASSWORD\n');
    const env = { ...docker.env, VAULT_ADDR: bed.url, VAULT_TOKEN: bed.token };
    const words = ['--secret-from', 'DB_PASSWORD=vault://database/creds/app#password', '.'];
    const ended = await safebuild(words, { cwd, env });
    expect(ended.stderr).toContain(
      'safebuild: the lease of database/creds/app in Vault could not be given back; it lasts until its time is over\n',
    );
  }));
