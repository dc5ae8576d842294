const letters = 'abcdefghijklmnopqrstuvwxyz';

/** Alphabets of token bodies. */
export const base62 = `${letters.toUpperCase()}${letters}0123456789`;
export const base64 = `${base62}+/`;
export const base64url = `${base62}_-`;
export const hex = '0123456789abcdef';

/**
 * Random-looking text that is the same in every run and opens nothing; made here so that no token stands in the repository.
 *
 * A linear congruential generator (Numerical Recipes).
 */
export function drawn(alphabet: string, length: number, seed = 1): string {
  let state = seed * 7919;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += alphabet[(state >>> 8) % alphabet.length];
  }
  return text;
}

function base64Of(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** A signed token with these claims. */
export function webToken(claims: Record<string, unknown>): string {
  return [base64Of('{"alg":"HS256","typ":"JWT"}'), base64Of(JSON.stringify(claims)), drawn(base64url, 43)].join('.');
}

/** For each detector of tokens a text that holds one, with the token alone behind it. */
export const fakes: readonly (readonly [id: string, text: string])[] = [
  ['aws-secret-key', `aws_secret_access_key = ${drawn(base64, 39)}A\n`],
  ['github-token', `token: ghp_${drawn(base62, 36)}`],
  ['github-token', `GITHUB_TOKEN=github_pat_${drawn(base62, 22)}_${drawn(base62, 59)}`],
  ['github-token', `git clone https://${drawn(hex, 40)}:x-oauth-basic@github.com/shop/site.git`],
  ['gitlab-token', `glpat-${drawn(base64url, 20)}`],
  ['gitlab-token', `gldt-${drawn(base64url, 20)}`],
  ['npm-token', `npm_${drawn(base62, 36)}`],
  ['slack-token', `xoxb-${drawn('123456789', 12)}-${drawn('123456789', 12)}-${drawn(base62, 24)}`],
  ['slack-token', `https://hooks.slack.com/services/T${drawn(base62, 8)}/B${drawn(base62, 8)}/${drawn(base62, 24)}`],
  ['shopify-token', `shpat_${drawn(hex, 32)}`],
  ['openai-key', `sk-proj-${drawn(base62, 74)}T3BlbkFJ${drawn(base62, 74)}`],
  ['anthropic-key', `sk-ant-api03-${drawn(base62, 93)}AA`],
  ['groq-key', `gsk_${drawn(base62, 52)}`],
  ['huggingface-token', `hf_${drawn(`${letters}${letters.toUpperCase()}`, 34)}`],
  ['grafana-token', `glsa_${drawn(base62, 32)}_${drawn(hex, 8)}`],
  ['linear-key', `lin_api_${drawn(base62, 40)}`],
  ['notion-token', `ntn_${drawn('123456789', 11)}${drawn(base62, 35)}`],
  ['vault-token', `hvs.${drawn(base62, 95)}`],
  ['databricks-token', `dapi${drawn(hex, 32)}`],
  ['docker-token', `dckr_pat_${drawn(base62, 27)}`],
  ['docker-token', `dckr_oat_${drawn(base62, 32)}`],
  ['figma-token', `figd_${drawn(base62, 40)}`],
  ['database-password', `postgres://shop:${drawn(base62, 20)}@db.shop.internal:5432/shop`],
  ['stripe-key', `sk_live_${drawn(base62, 24)}`],
  ['stripe-test-key', `sk_test_${drawn(base62, 24)}`],
  ['sendgrid-key', `SG.${drawn(base64url, 22)}.${drawn(base64url, 42)}a`],
  ['google-api-key', `AIza${drawn(base62, 35)}`],
  ['google-client-secret', `GOCSPX-${drawn(base62, 28)}`],
  ['pypi-token', `pypi-AgEIcHlwaS5vcmc${drawn(base62, 150)}`],
  ['rubygems-key', `rubygems_${drawn(hex, 48)}`],
  ['digitalocean-token', `dop_v1_${drawn(hex, 64)}`],
  ['doppler-token', `dp.st.prd.${drawn(base62, 43)}`],
  ['sentry-token', `sntrys_eyJ${drawn(base62, 100)}`],
  ['atlassian-token', `ATATT3${drawn(base62, 186)}`],
  ['telegram-bot-token', `${drawn('123456789', 10)}:AAF${drawn(base62, 32)}`],
  ['discord-webhook', `https://discord.com/api/webhooks/${drawn('123456789', 18)}/${drawn(base62, 68)}`],
  ['azure-storage-key', `AccountName=shop;AccountKey=${drawn(base64, 86)}==;EndpointSuffix=core.windows.net`],
  ['age-key', `AGE-SECRET-KEY-1${drawn('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`],
  ['npm-credential', `//npm.example.com/:_authToken=${drawn(base62, 32)}\n`],
  ['docker-login', `{"auths":{"registry.example.com":{"auth":"${base64Of(`ci:${drawn(base62, 20)}`)}"}}}`],
  ['aws-access-key', `AKIA${drawn('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`],
  ['json-web-token', webToken({ sub: 'shop-worker', scope: 'orders' })],
];
