import { decodedForm, rawForm } from './forms/index.ts';
import { type Step, wayOf } from './step.ts';

const encodings: readonly string[] = ['base64', 'hex', 'hex dump', 'utf-16'];

/** Detectors that decode base64 themselves: what they tell is more than what is recognised in the decoded text. */
const decodingDetectors: readonly string[] = ['detected:kubeconfig-key'];

/** What matters here of the hits at one place. */
interface Told {
  hit: { secret: string; steps: readonly Step[]; decoded?: readonly string[] };
  forms: ReadonlySet<string>;
}

/** Whether a step leads into what a text stands for. */
export function isEncoding({ container, member }: Step): boolean {
  return member === undefined && encodings.includes(container);
}

/**
 * The keys of hits in decoded texts that the search has told already, as it knows the same forms in the text itself: `base64`
 * there, or decoded in a string of a JSON document. A value that is an encoding itself is no more told when it is decoded
 * where it stands.
 */
export function echoesOfText(groups: ReadonlyMap<string, Told>): string[] {
  const told = new Set<string>();
  const asItIs = new Set<string>();
  for (const { hit, forms } of groups.values()) {
    const way = wayOf(hit.steps);
    if (forms.has(rawForm)) asItIs.add(JSON.stringify([hit.secret, way]));
    for (const encoding of encodings) {
      const known = [...forms].some((form) => form.startsWith(encoding) || form === decodedForm);
      if (known || hit.decoded?.includes(encoding) === true) told.add(JSON.stringify([hit.secret, way, encoding]));
    }
    if (decodingDetectors.includes(hit.secret)) told.add(JSON.stringify(['detected:private-key', way, 'base64']));
  }
  return [...groups].flatMap(([key, { hit, forms }]) => {
    const last = hit.steps.at(-1);
    if (last === undefined || !isEncoding(last)) return [];
    const before = wayOf(hit.steps.slice(0, -1));
    const itself = forms.size === 1 && forms.has(decodedForm) && asItIs.has(JSON.stringify([hit.secret, before]));
    return itself || told.has(JSON.stringify([hit.secret, before, last.container])) ? [key] : [];
  });
}
