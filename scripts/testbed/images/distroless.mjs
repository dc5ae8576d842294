import { chmod, chown, copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostArchitecture, unpackedPackages } from '../debian.mjs';
import { writeCertificates } from './rootfs.mjs';

const passwd = `root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
`;
const group = 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n';

/**
 * What the real image has: certificates, time zones, users, an empty /tmp, and neither a shell nor a C library.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const distrolessStatic = {
  name: 'distroless-static',
  tags: ['gcr.io/distroless/static-debian12:nonroot'],
  source: import.meta.url,
  fill,
  config: {
    User: '65532',
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt',
    ],
    WorkingDir: '/home/nonroot',
  },
};

async function fill(layer) {
  const at = (path) => join(layer, path);
  const packages = await unpackedPackages({
    name: `distroless-static-${await hostArchitecture()}`,
    suite: 'bookworm',
    packages: ['ca-certificates', 'tzdata', 'base-files', 'netbase'],
  });
  for (const path of ['etc/services', 'etc/protocols']) {
    await mkdir(at('etc'), { recursive: true });
    await copyFile(join(packages, path), at(path));
  }
  await cp(join(packages, 'usr/share/zoneinfo'), at('usr/share/zoneinfo'), { recursive: true, verbatimSymlinks: true });
  await cp(join(packages, 'usr/share/ca-certificates'), at('usr/share/ca-certificates'), { recursive: true });
  await writeCertificates(layer);
  await writeFile(at('etc/passwd'), passwd);
  await writeFile(at('etc/group'), group);
  await writeFile(at('etc/nsswitch.conf'), 'hosts: files dns\n');
  for (const folder of ['tmp', 'root', 'home/nonroot', 'var/tmp']) await mkdir(at(folder), { recursive: true });
  for (const folder of ['tmp', 'var/tmp']) await chmod(at(folder), 0o1777);
  await chown(at('home/nonroot'), 65532, 65532);
}
