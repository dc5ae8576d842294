import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate and its key, as PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

/** An authority of the test's own. */
export interface Authority {
  /** For NODE_EXTRA_CA_CERTS. */
  certificate: string;
  issue(hosts: readonly string[]): Identity;
}

/** Makes an authority that no one else trusts. X.509 v3 (RFC 5280), as far as Node's TLS looks at it. */
export function createAuthority(): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = named('safebuild test authority');
  const basicConstraints = extension('551d13', sequence(der(0x01, Buffer.from([0xff]))), true);
  const certificate = signed({ subject: name, publicKey, extensions: [basicConstraints] }, name, privateKey);
  return {
    certificate,
    issue(hosts) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = sequence(...hosts.map((host) => der(0x82, Buffer.from(host))));
      const subject = { subject: named('test'), publicKey: own.publicKey, extensions: [extension('551d11', names)] };
      return {
        certificate: signed(subject, name, privateKey),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface Subject {
  subject: Buffer;
  publicKey: KeyObject;
  extensions: readonly Buffer[];
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));

function signed({ subject, publicKey, extensions }: Subject, issuer: Buffer, issuerKey: KeyObject): string {
  const day = 86_400_000;
  const validity = sequence(time(Date.now() - day), time(Date.now() + day));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    issuer,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = bits(sign('sha256', toBeSigned, issuerKey));
  const body = sequence(toBeSigned, ecdsaWithSha256, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${body.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

/** A distinguished name of one common name. */
function named(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(commonName)))));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...flag, der(0x04, value));
}

function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`));
}

function objectId(hexadecimal: string): Buffer {
  return der(0x06, Buffer.from(hexadecimal, 'hex'));
}

function bits(bytes: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** Tag, length, content (X.690). */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
