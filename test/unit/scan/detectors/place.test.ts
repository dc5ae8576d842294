import { expect, test } from '@jest/globals';
import { judgePlace } from '../../../../src/scan/detectors/index.ts';

const detection = { detector: 'private-key', title: 'a private key', confidence: 'high', start: 0, end: 9 } as const;

test.each([
  'app/config/server.key',
  'root/.ssh/id_rsa',
  'home/node/app/contest/latest.pem',
  'app/node_modules/.cache/login.json',
  'app/node_modules/.package-lock.json',
  'app/site.tar › config/tls.key',
  'usr/local/etc/service.pem',
  'usr/local/bin/service',
])('a key at %s stays sure', (path) => {
  expect(judgePlace(detection, path)).toEqual(detection);
});

test.each([
  'app/test/fixtures/server.key',
  'srv/app/testdata/key.pem',
  'app/node_modules/tls-tool/lib/key.pem',
  'app/node_modules/@scope/tls-tool/key.pem',
  'usr/lib/python3.11/test/certdata/keycert.pem',
  'usr/local/lib/python3.12/site-packages/tool/server.pem',
  'usr/share/doc/libtls/examples/rsakey.pem',
  'app/vendor.zip › examples/key.pem',
  'srv/tools/third_party/urls/certs/server.key',
  'app/lib/netty-handler.jar io/netty/handler/ssl/OpenSsl.class',
  'usr/lib/x86_64-linux-gnu/libtls.so.30.34.3',
  'usr/lib/libtls.a',
  'etc/ssl/private/ssl-cert-snakeoil.key',
])('a key at %s is somebody else’s, and only worth a look', (path) => {
  expect(judgePlace(detection, path)).toMatchObject({ detector: 'private-key', confidence: 'medium' });
});

test('an SSH host key is told as what it is', () => {
  expect(judgePlace(detection, 'etc/ssh/ssh_host_ed25519_key')).toMatchObject({
    detector: 'ssh-host-key',
    confidence: 'high',
  });
});
