import { followed } from './anchors.ts';
import type { TokenPattern } from './pattern.ts';

/**
 * Tokens whose prefix and length their provider documents, and that the kept rules do not know or know too loosely.
 *
 * Public identifiers (`pk_live_`, client ids) are not in here.
 */
export const tokenPatterns: readonly TokenPattern[] = [
  {
    id: 'github-token',
    title: 'a GitHub token in a URL',
    source: 'https://github.blog/2012-09-21-easier-builds-and-deployments-using-git-over-https-and-oauth/',
    anchors: [':x-oauth-basic@github.com'],
    pattern: 'https?://(?<body>[A-Za-z0-9_]{20,255}):x-oauth-basic@github\\.com',
  },
  {
    id: 'gitlab-token',
    title: 'a GitLab token',
    source: 'https://docs.gitlab.com/security/tokens/#token-prefixes',
    anchors: ['gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glsoat-', 'gloas-', 'glft-', 'glimt-', 'glagent-'],
    pattern: 'gl(?:dt|rt|cbt|ptt|soat|oas|ft|imt|agent)-(?<body>[A-Za-z0-9_.-]{20,200})',
  },
  {
    id: 'npm-token',
    title: 'an npm token',
    source: 'https://github.blog/2021-09-23-announcing-npms-new-access-token-format/',
    anchors: [followed('npm_', 'base62')],
    // the last six are a checksum, of which nobody says in which order its alphabet is
    pattern: 'npm_(?<body>[A-Za-z0-9]{36})',
  },
  {
    id: 'stripe-key',
    title: 'a Stripe live key',
    source: 'https://docs.stripe.com/keys',
    anchors: ['sk_live_', 'rk_live_'],
    pattern: '[sr]k_live_(?<body>[A-Za-z0-9]{24,247})',
  },
  {
    id: 'stripe-test-key',
    title: 'a Stripe test key',
    source: 'https://docs.stripe.com/keys',
    confidence: 'medium',
    anchors: ['sk_test_', 'rk_test_'],
    pattern: '[sr]k_test_(?<body>[A-Za-z0-9]{24,247})',
  },
  {
    id: 'sendgrid-key',
    title: 'a SendGrid key',
    source: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
    anchors: [followed('SG.', 'base64url')],
    pattern: 'SG\\.(?<body>[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43})',
  },
  {
    id: 'google-api-key',
    title: 'a Google API key',
    source: 'https://cloud.google.com/docs/authentication/api-keys',
    // keys of browser and mobile applications are public by design
    confidence: 'medium',
    anchors: [followed('AIza', 'base64url')],
    pattern: 'AIza(?<body>[A-Za-z0-9_-]{35})',
  },
  {
    id: 'google-client-secret',
    title: 'a Google OAuth client secret',
    source: 'https://developers.google.com/identity/protocols/oauth2',
    // "in this context, the client secret is obviously not treated as a secret": installed applications
    confidence: 'medium',
    anchors: ['GOCSPX-'],
    pattern: 'GOCSPX-(?<body>[A-Za-z0-9_-]{28})',
  },
  {
    id: 'pypi-token',
    title: 'a PyPI token',
    source: 'https://docs.pypi.org/api/ (a macaroon of pypi.org or test.pypi.org)',
    anchors: ['pypi-AgE'],
    pattern: 'pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)(?<body>[A-Za-z0-9_-]{50,500})',
  },
  {
    id: 'rubygems-key',
    title: 'a RubyGems key',
    source: 'https://guides.rubygems.org/api-key-scopes/',
    anchors: ['rubygems_'],
    pattern: 'rubygems_(?<body>[a-f0-9]{48})',
  },
  {
    id: 'docker-token',
    title: 'a Docker Hub organization token',
    source: 'https://docs.docker.com/enterprise/security/access-tokens/',
    anchors: ['dckr_oat_'],
    pattern: 'dckr_oat_(?<body>[A-Za-z0-9_-]{32,})',
  },
  {
    id: 'digitalocean-token',
    title: 'a DigitalOcean token',
    source: 'https://docs.digitalocean.com/reference/api/create-personal-access-token/',
    anchors: ['dop_v1_', 'doo_v1_', 'dor_v1_'],
    pattern: 'do[opr]_v1_(?<body>[a-f0-9]{64})',
  },
  {
    id: 'doppler-token',
    title: 'a Doppler token',
    source: 'https://docs.doppler.com/docs/service-tokens',
    anchors: ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'],
    pattern: 'dp\\.(?:pt|ct|sa|scim|audit|st(?:\\.[a-z0-9_-]{2,35})?)\\.(?<body>[A-Za-z0-9]{40,44})',
  },
  {
    id: 'sentry-token',
    title: 'a Sentry token',
    source: 'https://docs.sentry.io/account/auth-tokens/',
    anchors: ['sntrys_', 'sntryu_'],
    pattern: 'sntry(?:s_eyJ(?<body>[A-Za-z0-9+/=_-]{60,500})|u_[a-f0-9]{64})',
  },
  {
    id: 'atlassian-token',
    title: 'an Atlassian API token',
    source: 'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/',
    anchors: ['ATATT3'],
    pattern: 'ATATT3(?<body>[A-Za-z0-9_=-]{180,200})',
  },
  {
    id: 'telegram-bot-token',
    title: 'a Telegram bot token',
    source: 'https://core.telegram.org/bots/api#authorizing-your-bot',
    // what follows are the top bits of a number that has not grown beyond these
    anchors: [':AAE', ':AAF', ':AAG', ':AAH'].map((prefix) => followed(prefix, 'base64url')),
    pattern: '[0-9]{8,10}:AA(?<body>[E-H][A-Za-z0-9_-]{32})',
  },
  {
    id: 'discord-webhook',
    title: 'a Discord webhook',
    source: 'https://docs.discord.com/developers/resources/webhook',
    anchors: ['/api/webhooks/'],
    pattern:
      'https://(?:(?:ptb|canary)\\.)?discord(?:app)?\\.com/api/webhooks/[0-9]{17,20}/(?<body>[A-Za-z0-9_-]{60,90})',
  },
  {
    id: 'azure-storage-key',
    title: 'an Azure storage key',
    source: 'https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string',
    anchors: ['AccountKey='],
    pattern: 'AccountKey=(?<body>[A-Za-z0-9+/]{86}==)',
  },
  {
    id: 'age-key',
    title: 'an age secret key',
    source: 'https://age-encryption.org/v1 (Bech32, HRP "AGE-SECRET-KEY-")',
    anchors: ['AGE-SECRET-KEY-1'],
    pattern: 'AGE-SECRET-KEY-1(?<body>[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})',
  },
];
