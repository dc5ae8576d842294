import { keyBytes, privateKeysIn } from '../../secrets/index.ts';
import { followed } from './anchors.ts';
import { notBehind } from './boundary.ts';
import type { Detector, Found } from './detector.ts';
import { isExample } from './example.ts';

const reach = 4096;

const accessKeyPattern = new RegExp(`${notBehind('A-Za-z0-9+/_')}((?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9+/_])`, 'dg');
const webTokenPattern = new RegExp(
  `${notBehind('A-Za-z0-9_-')}(eyJ[A-Za-z0-9_-]{8,2000}\\.eyJ[A-Za-z0-9_-]{8,3000}\\.[A-Za-z0-9_-]{20,1000})`,
  'dg',
);

/** npm's credentials in any `.npmrc` and for `npm config set`: `//host/:_authToken=…`, `:_password=…` and `:_auth=…` (base64). */
export const npmCredential: Detector = {
  id: 'npm-credential',
  title: 'a login of an npm registry',
  confidence: 'high',
  source: 'https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration',
  anchors: [':_authToken', ':_password', ':_auth=', ':_auth ', '\n_auth'],
  behind: 16,
  reach,
  find: ({ text }) =>
    groups(
      text,
      // behind white space alone prose may stand, which has no digits
      /(?::|\n)_(?:authToken|password|auth)(?:[ \t]*=[ \t]*|\\?["']?[ \t]+(?=[A-Za-z+/=_.~"'-]{0,200}[0-9]))\\?["']?([A-Za-z0-9+/=_.~-]{16,2000})(?=[\s\\"'`;,<>()[\]{}|&#]|\0|$)/dg,
    ),
};

/** `"auths"` of Docker's config.json: `auth` is base64 of `user:password`. */
export const dockerLogin: Detector = {
  id: 'docker-login',
  title: 'a login of a container registry',
  confidence: 'high',
  source: 'https://docs.docker.com/reference/cli/docker/login/#credential-stores',
  anchors: ['"auths"', '"auths\\'],
  behind: 16,
  reach,
  find: ({ text }) =>
    text.includes('auths')
      ? [
          ...groups(text, /"auth\\*"\s*:\s*\\*"([A-Za-z0-9+/=]{8,2000})\\*"/dg).filter(({ start, end }) =>
            isLogin(text.slice(start, end)),
          ),
          ...groups(text, /"(?:identitytoken|registrytoken)\\*"\s*:\s*\\*"([A-Za-z0-9+/=_.-]{20,3000})\\*"/dg),
        ]
      : [],
};

/** The secret half of an AWS access key under one of the names that AWS gives it. */
export const awsSecretKey: Detector = {
  id: 'aws-secret-key',
  title: 'an AWS secret access key',
  confidence: 'high',
  source: 'https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html',
  anchors: ['SECRET_ACCESS_KEY', 'secret_access_key', 'SecretAccessKey', 'secretAccessKey'],
  behind: 16,
  reach: 512,
  find: ({ text }) =>
    groups(
      text,
      /(?:SECRET_ACCESS_KEY|secret_access_key|[Ss]ecretAccessKey)\\*["']?\s{0,9}(?:=>|[:=])\s{0,9}\\*["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/dg,
    ),
};

/** Client keys in a kubeconfig: base64 of PEM. */
export const kubeconfigKey: Detector = {
  id: 'kubeconfig-key',
  title: "a Kubernetes user's private key",
  confidence: 'high',
  source: 'https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/',
  anchors: ['client-key-data'],
  behind: 16,
  reach: 16 * 1024,
  find: ({ text }) =>
    groups(text, /client-key-data\\*"?\s*:\s*\\*"?([A-Za-z0-9+/=]{100,12000})/dg).filter(({ start, end }) =>
      privateKeysIn(decode(text.slice(start, end))).some((key) => keyBytes(key) !== undefined),
    ),
};

/**
 * AWS access key ids. The id alone opens nothing; beside something that has the form of its secret it is a login.
 */
export const awsAccessKey: Detector = {
  id: 'aws-access-key',
  title: 'an AWS access key',
  confidence: 'medium',
  source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids',
  anchors: ['AKIA', 'ASIA'].map((prefix) => followed(prefix, 'base32')),
  behind: 256,
  reach: 1024,
  find: ({ text }) =>
    groups(text, accessKeyPattern).map((found) =>
      hasAwsSecret(text, found) ? { ...found, confidence: 'high' } : found,
    ),
};

/**
 * JSON web tokens: whom they open is not written on them, so most are only worth a look. Those of a Kubernetes service
 * account and the service role of a database are not.
 */
export const jsonWebToken: Detector = {
  id: 'json-web-token',
  title: 'a JSON web token',
  confidence: 'medium',
  source: 'RFC 7519; https://kubernetes.io/docs/concepts/security/service-accounts/',
  anchors: [followed('.eyJ', 'base64url', 8)],
  behind: 2048,
  reach,
  find: ({ text }) =>
    groups(text, webTokenPattern).flatMap((found) => judgeToken(found, text.slice(found.start, found.end))),
};

function judgeToken(found: Found, token: string): Found[] {
  const [header = '', payload = ''] = token.split('.').map(decode);
  const claims = parsed(payload);
  if (parsed(header) === undefined || claims === undefined) return [];
  // the tokens of jwt.io, of RFC 7519, of PyJWT's description (in every image that has it) and of countless READMEs
  if (
    claims.sub === '1234567890' ||
    claims.iss === 'joe' ||
    claims.some === 'payload' ||
    /John Doe|example\.(?:com|org)/.test(payload)
  )
    return [];
  const powerful = /^kubernetes\/serviceaccount|^https:\/\/kubernetes\.default/.test(String(claims.iss));
  return powerful || claims.role === 'service_role' ? [{ ...found, confidence: 'high' }] : [found];
}

function parsed(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The places of each match's first group that is no example. */
function groups(text: string, pattern: RegExp): Found[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [start, end] = match.indices?.[1] ?? [0, 0];
    return isExample(match[1] ?? '') ? [] : [{ start, end }];
  });
}

function isLogin(base64: string): boolean {
  const login = decode(base64);
  const colon = login.indexOf(':');
  return colon > 0 && colon < login.length - 1 && /^[ -~]+$/.test(login) && !isPlain(login.slice(colon + 1));
}

/** `password`, `xxxx`: as in documentation. */
function isPlain(password: string): boolean {
  return (
    password.length < 6 ||
    /^(?:(?:my|your|some|the)?-?(?:pass(?:word|wd)?|secret|token)\d*|x+|\*+|<.*>)$/i.test(password)
  );
}

function hasAwsSecret(text: string, { start, end }: Found): boolean {
  const around = `${text.slice(Math.max(0, start - 200), start)} ${text.slice(end, end + 300)}`;
  return [...around.matchAll(/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g)].some(
    ([secret]) => !isExample(secret) && /[a-z]/.test(secret) && /[A-Z]/.test(secret) && /[0-9]/.test(secret),
  );
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
