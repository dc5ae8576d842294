import type { Finding, Range } from '../../finding.ts';
import type { Found } from '../result.ts';
import { lineAt, type YamlFile } from './document.ts';

/** What a rule for YAML files finds. */
export interface YamlFound<Intent = never> extends Found {
  /** Where a value stands that no diff may show. */
  value?: Range;
  /** What would mend it, where that can be written. */
  intents?: readonly Intent[];
}

/** A rule for compose files or manifests, as `safebuild explain` shows it. */
export interface YamlRule {
  /** Stable. */
  id: string;
  /** What it finds, in one line. */
  title: string;
  /** The page of `safebuild explain`, as Markdown. */
  explanation: string;
}

/** A finding in the line of `offset`. */
export function findingAt(
  file: YamlFile,
  offset: number,
  fields: Pick<Finding, 'rule' | 'level' | 'secret' | 'message' | 'remedy'>,
): Finding {
  return { ...fields, location: { kind: 'context', path: file.path, line: lineAt(file.source, offset) } };
}
