/** The form of a token of one provider, as the provider documents it. */
export interface TokenShape {
  /** For a person: `a GitHub token`. */
  title: string;
  /** Name for a value that has none. */
  name: string;
  /** Without anchors and flags. */
  pattern: string;
}

/**
 * Prefixes under which providers issue secrets; each pattern demands the body that the provider documents.
 *
 * Public identifiers (`pk_live_`, `sntrys` project ids) are not in here; detectors of the proof are another, larger list.
 */
export const tokenShapes: readonly TokenShape[] = [
  // https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
  {
    title: 'a GitHub token',
    name: 'GITHUB_TOKEN',
    pattern: '(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255})',
  },
  // https://docs.npmjs.com/about-access-tokens
  { title: 'an npm token', name: 'NPM_TOKEN', pattern: 'npm_[A-Za-z0-9]{36}' },
  // https://docs.gitlab.com/security/tokens/#token-prefixes
  {
    title: 'a GitLab token',
    name: 'GITLAB_TOKEN',
    pattern: 'gl(?:pat|dt|rt|cbt|ptt|soat|oas|ft|imt|agent)-[A-Za-z0-9_.-]{20,}',
  },
  // https://docs.stripe.com/keys
  { title: 'a Stripe secret key', name: 'STRIPE_SECRET_KEY', pattern: '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}' },
  { title: 'a Stripe webhook secret', name: 'STRIPE_WEBHOOK_SECRET', pattern: 'whsec_[A-Za-z0-9+/=]{20,}' },
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  { title: 'an AWS access key id', name: 'AWS_ACCESS_KEY_ID', pattern: '(?:AKIA|ASIA)[A-Z2-7]{16}' },
  // https://docs.slack.dev/authentication/tokens
  {
    title: 'a Slack token',
    name: 'SLACK_TOKEN',
    pattern: 'xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,}',
  },
  {
    title: 'a Slack webhook',
    name: 'SLACK_WEBHOOK_URL',
    pattern: 'https://hooks\\.slack\\.com/(?:services|workflows)/[A-Za-z0-9/]{20,}',
  },
  {
    title: 'a Discord webhook',
    name: 'DISCORD_WEBHOOK_URL',
    pattern: 'https://(?:ptb\\.|canary\\.)?discord(?:app)?\\.com/api/webhooks/\\d+/[\\w-]{20,}',
  },
  // https://core.telegram.org/bots/api#authorizing-your-bot
  { title: 'a Telegram bot token', name: 'TELEGRAM_BOT_TOKEN', pattern: '[0-9]{8,10}:AA[A-Za-z0-9_-]{33}' },
  // https://cloud.google.com/docs/authentication/api-keys
  { title: 'a Google API key', name: 'GOOGLE_API_KEY', pattern: 'AIza[A-Za-z0-9_-]{35}' },
  { title: 'a Google OAuth client secret', name: 'GOOGLE_CLIENT_SECRET', pattern: 'GOCSPX-[A-Za-z0-9_-]{28}' },
  {
    title: 'an OpenAI key',
    name: 'OPENAI_API_KEY',
    pattern: 'sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}',
  },
  { title: 'an Anthropic key', name: 'ANTHROPIC_API_KEY', pattern: 'sk-ant-[A-Za-z0-9_-]{20,}' },
  { title: 'a Hugging Face token', name: 'HF_TOKEN', pattern: 'hf_[A-Za-z]{34}' },
  { title: 'a SendGrid key', name: 'SENDGRID_API_KEY', pattern: 'SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}' },
  // https://docs.pypi.org/api/ (macaroon of "pypi.org")
  { title: 'a PyPI token', name: 'PYPI_TOKEN', pattern: 'pypi-[A-Za-z0-9_-]{50,}' },
  { title: 'a RubyGems key', name: 'RUBYGEMS_API_KEY', pattern: 'rubygems_[a-f0-9]{48}' },
  { title: 'a Docker Hub token', name: 'DOCKERHUB_TOKEN', pattern: 'dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}' },
  { title: 'a DigitalOcean token', name: 'DIGITALOCEAN_TOKEN', pattern: 'do[opr]_v1_[a-f0-9]{64}' },
  { title: 'a Shopify token', name: 'SHOPIFY_TOKEN', pattern: 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}' },
  { title: 'a Vault token', name: 'VAULT_TOKEN', pattern: 'hv[sbr]\\.[A-Za-z0-9_-]{24,}' },
  { title: 'a Sentry token', name: 'SENTRY_AUTH_TOKEN', pattern: 'sntry[su]_[A-Za-z0-9+/=_-]{40,}' },
  { title: 'a Linear key', name: 'LINEAR_API_KEY', pattern: 'lin_(?:api|oauth)_[A-Za-z0-9]{32,}' },
  { title: 'an Atlassian token', name: 'ATLASSIAN_API_TOKEN', pattern: 'ATATT3[A-Za-z0-9_=-]{60,}' },
  { title: 'a Doppler token', name: 'DOPPLER_TOKEN', pattern: 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9._-]{30,}' },
  {
    title: 'a JSON web token',
    name: 'JWT',
    pattern: 'eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{16,}',
  },
];

const whole = tokenShapes.map((shape) => ({ shape, pattern: new RegExp(`^(?:${shape.pattern})$`) }));

/** The provider's form that the whole value has. */
export function tokenShapeOf(value: string): TokenShape | undefined {
  return whole.find(({ pattern }) => pattern.test(value))?.shape;
}

/** Every token in a text, with its offset; none inside a longer word. */
export function tokensIn(text: string): { shape: TokenShape; start: number; value: string }[] {
  return tokenShapes.flatMap((shape) =>
    [...text.matchAll(new RegExp(`(?<![A-Za-z0-9_])(?:${shape.pattern})(?![A-Za-z0-9])`, 'g'))].map((match) => ({
      shape,
      start: match.index,
      value: match[0],
    })),
  );
}
