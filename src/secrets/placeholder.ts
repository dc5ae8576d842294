import { isRegularRun } from './common-words.ts';

const placeholderWords =
  /^(?:change[-_ ]?(?:me|it|this)|todo|tbd|fixme|xx+|\*+|\.{3,}|none|null|nil|undefined|empty|unset|notset|not[-_]?set|dummy|fake|placeholder|redacted|removed|masked|hidden|example|sample|replace[-_ ]?(?:me|this)|insert[-_ ].*|enter[-_ ].*|put[-_ ].*|add[-_ ].*here|your[-_ ].*|my[-_ ]?(?:token|key|secret|password|api[-_ ]?key)|.*goes[-_ ]?here|your.*here|.*[-_]placeholder|.*your[-_](?:token|key|secret|password|api[-_]?key)(?:[-_].*)?|<.*>|\[.*\]|\{\{.*\}\})$/i;

const reference =
  /^(?:\$\{[^}]*\}|\$[A-Za-z_]\w*|\$\([^)]*\)|%[A-Za-z_]\w*%|\$\{\{.*\}\}|\{env:[^}]*\}|@[A-Z_]+@|%s|\{\w*\})$/;

/** Whether the whole value refers to another variable or command: `${TOKEN}`, `$TOKEN`, `%TOKEN%`, `${{ secrets.X }}`, `%s`. */
export function isReference(value: string): boolean {
  return reference.test(value.trim());
}

/** Whether a value stands for one that a person has to fill in: empty, `changeme`, `<token>`, `xxx`, a reference. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  return text === '' || isReference(text) || placeholderWords.test(text) || (text.length < 64 && isRegularRun(text));
}
