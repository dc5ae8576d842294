import { Bed } from './case.ts';
import { ellipticKey, hex, jsonKeyFile, letters } from './values.ts';

const login = (): string => Buffer.from(`ci:${letters(24)}`).toString('base64');

/** Secrets that no env file names, each recognised by its own form. Drawn here, and so valid nowhere. */
export function undeclaredBed(): Bed {
  const bed = new Bed('undeclared', 'undeclared');
  const plant = (title: string, file: string, rule: string, content: string | Buffer): void => {
    const path = `undeclared/${file}`;
    bed.files.set(path, Buffer.from(content));
    bed.cases.push({
      group: bed.group,
      title,
      name: undefined,
      value: content.toString(),
      rule,
      lies: path,
      expected: [{ place: 'layer', path }],
    });
  };
  plant('private key', 'id_ed25519', 'private-key', ellipticKey());
  plant('SSH host key', 'etc/ssh/ssh_host_ed25519_key', 'ssh-host-key', ellipticKey());
  plant('key of a service account', 'account.json', 'gcp-service-account', jsonKeyFile());
  plant('GitLab token', 'gitlab.txt', 'gitlab-token', `token: glrt-${letters(24)}\n`);
  plant('Stripe key', 'stripe.js', 'stripe-key', `const k = 'sk_live_${letters(32)}';\n`);
  plant('npm login', 'app.npmrc', 'npm-credential', `//npm.example.com/:_authToken=${letters(36)}\n`);
  plant(
    'registry login',
    'config.json',
    'docker-login',
    JSON.stringify({ auths: { 'r.example.com': { auth: login() } } }),
  );
  plant('AWS key', 'aws.ini', 'aws-secret-key', `aws_secret_access_key = ${letters(40)}\n`);
  plant(
    'kubeconfig',
    'kubeconfig',
    'kubeconfig-key',
    `users:\n- user:\n    client-key-data: ${Buffer.from(ellipticKey()).toString('base64')}\n`,
  );
  plant(
    'GitLab token in a Secret of Kubernetes',
    'secret.yaml',
    'gitlab-token',
    `kind: Secret\ndata:\n  token: ${Buffer.from(`glrt-${letters(24)}`).toString('base64')}\n`,
  );
  plant(
    'GitLab token in UTF-16',
    'token.ps1',
    'gitlab-token',
    Buffer.from(`\ufeff$env:TOKEN = 'glrt-${letters(24)}'\r\n`, 'utf16le'),
  );
  plant('.git-credentials', '.git-credentials', 'credential-file', `https://ci:${hex(16)}@git.example.com\n`);
  plant('.netrc', '.netrc', 'credential-file', `machine git.example.com login ci password ${hex(16)}\n`);
  return bed;
}
