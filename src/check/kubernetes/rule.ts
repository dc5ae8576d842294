import type { Document } from 'yaml';
import type { NameRule } from '../../config/index.ts';
import type { YamlFile } from '../yaml/document.ts';
import type { YamlFound, YamlRule } from '../yaml/found.ts';

/** A rule for one document of a Kubernetes manifest. */
export interface ManifestRule extends YamlRule {
  check(file: YamlFile, document: Document, rules: ReadonlyMap<string, NameRule>): YamlFound[];
}
