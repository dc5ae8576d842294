import { type Anchor, followed } from './anchors.ts';
import { withoutEscapes } from './boundary.ts';
import type { Confidence, Detector, Found } from './detector.ts';
import { isExample } from './example.ts';
import { addressLength, hasUserinfo } from './userinfo.ts';

/** Which rule of the kept set is used, and how it is told. */
interface KeptRule {
  rule: string;
  id: string;
  title: string;
  confidence?: Confidence;
  anchors: readonly Anchor[];
  options?: Record<string, unknown>;
  /** Asked for each anchor, and for each match of the rule. */
  mayStand?: Detector['mayStand'];
  /** How much of a match is told; undefined when it is an example. */
  judge?(match: string): number | undefined;
}

/**
 * The rules of secretlint's recommended preset that are sound on any text.
 *
 * Left out: its rules for PEM (checks no structure), AWS (its ranges are off), `.npmrc` and Google Cloud (want whole files),
 * SendGrid (loose), npm (words of a longer name), Vercel (any long word behind `vca_`), basic authentication (half of all documentation), and its
 * comments that switch rules off.
 */
export const keptRules: readonly KeptRule[] = [
  {
    rule: 'github',
    id: 'github-token',
    title: 'a GitHub token',
    anchors: [...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => followed(prefix, 'word')), 'github_pat_'],
  },
  { rule: 'gitlab', id: 'gitlab-token', title: 'a GitLab token', anchors: ['glpat-'] },
  {
    rule: 'slack',
    id: 'slack-token',
    title: 'a Slack token or webhook',
    anchors: ['xoxb-', 'xoxp-', 'xapp-', 'xoxa-', 'xoxo-', 'xoxr-', 'hooks.slack.com/services/'],
  },
  { rule: 'shopify', id: 'shopify-token', title: 'a Shopify token', anchors: ['shppa_', 'shpca_', 'shpat_', 'shpss_'] },
  { rule: 'openai', id: 'openai-key', title: 'an OpenAI key', anchors: ['T3BlbkFJ'] },
  { rule: 'anthropic', id: 'anthropic-key', title: 'an Anthropic key', anchors: ['sk-ant-api'] },
  { rule: 'groq', id: 'groq-key', title: 'a Groq key', anchors: [followed('gsk_', 'base62')] },
  {
    rule: 'huggingface',
    id: 'huggingface-token',
    title: 'a Hugging Face token',
    anchors: [followed('hf_', 'letters')],
  },
  { rule: 'grafana', id: 'grafana-token', title: 'a Grafana token', anchors: [followed('glc_', 'base64'), 'glsa_'] },
  { rule: 'linear', id: 'linear-key', title: 'a Linear key', anchors: ['lin_api_'] },
  { rule: 'notion', id: 'notion-token', title: 'a Notion token', anchors: [followed('ntn_', 'digits', 11)] },
  { rule: '1password', id: '1password-token', title: 'a 1Password service account token', anchors: ['ops_ey'] },
  {
    rule: 'hashicorp-vault',
    id: 'vault-token',
    title: 'a Vault token',
    anchors: ['hvs.', 'hvb.', 'hvr.'].map((prefix) => followed(prefix, 'base64url')),
  },
  { rule: 'databricks', id: 'databricks-token', title: 'a Databricks token', anchors: [followed('dapi', 'hex')] },
  { rule: 'docker', id: 'docker-token', title: 'a Docker Hub token', anchors: ['dckr_pat_'] },
  { rule: 'figma', id: 'figma-token', title: 'a Figma token', anchors: ['figd_'] },
  {
    rule: 'database-connection-string',
    id: 'database-password',
    title: 'a database address with a password',
    confidence: 'medium',
    anchors: ['mongodb://', 'mongodb+srv://', 'mysql://', 'mysqlx://', 'postgres://', 'postgresql://'],
    mayStand: hasUserinfo,
    judge: addressLength,
  },
];

/** A rule as the preset exports it, as far as it is used here (@secretlint/types, SecretLintRuleCreator). */
interface Creator {
  meta: { id: string; docs?: { url?: string } };
  create(context: unknown, options: Record<string, unknown>): { file?(source: unknown): unknown };
}

const prefix = '@secretlint/secretlint-rule-';

/** Longest match of a kept rule, a 1Password token, and some room. */
const keptReach = 2048;

/** Loads the preset (0.2 MB of code, without dependencies) and makes detectors of its rules. */
export async function keptDetectors(): Promise<Detector[]> {
  const preset = (await import('@secretlint/secretlint-rule-preset-recommend')) as unknown as {
    rules: readonly Creator[];
  };
  return keptRules.map((kept) => {
    const creator = preset.rules.find(({ meta }) => meta.id === prefix + kept.rule);
    if (creator === undefined) throw new Error(`secretlint's preset has no rule ${kept.rule}`);
    return keptDetector(kept, creator);
  });
}

function keptDetector(
  { id, title, confidence = 'high', anchors, options = {}, mayStand, judge = judgeToken }: KeptRule,
  creator: Creator,
): Detector {
  let ranges: [number, number][] = [];
  const rule = creator.create(
    {
      // the message holds the value, so it is never made
      createTranslator: () => () => ({ message: '' }),
      report: ({ range }: { range: [number, number] }) => ranges.push(range),
      ignore: () => {},
    },
    options,
  );
  return {
    id,
    title,
    confidence,
    source: creator.meta.docs?.url ?? creator.meta.id,
    anchors,
    ...(mayStand === undefined ? {} : { mayStand }),
    behind: 320,
    reach: keptReach,
    find({ text, bytes }): Found[] {
      ranges = [];
      // a rule wants no letter before a token, and the `n` of `\n` is one
      for (const content of [text, withoutEscapes(text)])
        if (content !== undefined) rule.file?.({ content, contentType: 'text', ext: '' });
      return inOrder(ranges).flatMap(([start, end]) => {
        const length = mayStand?.(bytes, start) === false ? undefined : judge(text.slice(start, end));
        return length === undefined ? [] : [{ start, end: start + length }];
      });
    },
  };
}

/** By offset, each once. */
function inOrder(ranges: readonly [number, number][]): [number, number][] {
  const sorted = [...ranges].sort(([a], [b]) => a - b);
  return sorted.filter(([start], index) => start !== sorted[index - 1]?.[0]);
}

function judgeToken(match: string): number | undefined {
  return isExample(bodyOf(match)) ? undefined : match.length;
}

/** Without the prefix, whose words (`api`, `pat`) say nothing about the rest. */
function bodyOf(token: string): string {
  return token.replace(/^[A-Za-z0-9]{2,8}[_.-](?:pat_|api_|api0\d-|proj-|svcacct-|admin-)?/, '');
}
