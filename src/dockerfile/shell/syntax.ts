import { forEachChild, type ParsedScript, parse, type SyntaxNode } from 'unbash';

/** Deeper than what people write by far, and far from where a walk over the tree would run out of stack. */
const maxNesting = 500;

/** Several levels of the tree make one of the text. */
const maxTreeDepth = 4 * maxNesting;

/**
 * Shell text as a tree; undefined when it is nested too deeply to be walked over.
 *
 * The parser gives up at 256 levels of each kind and goes on with what follows, so that a tree can still be deep.
 */
export function parseScript(text: string): ParsedScript | undefined {
  if (nesting(text) > maxNesting) return undefined;
  try {
    const tree = parse(text);
    return isWalkable(tree) ? tree : undefined;
  } catch (error) {
    // The parser is known to run out of stack only (`f() f() f() …`).
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** How many brackets are open at most, whatever they stand in; the parser's own time grows with that. */
function nesting(text: string): number {
  let open = 0;
  let most = 0;
  for (const [bracket] of text.matchAll(/[(){}]/g)) {
    open = bracket === '(' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    most = Math.max(most, open);
  }
  return most;
}

function isWalkable(tree: ParsedScript): boolean {
  let level: SyntaxNode[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxTreeDepth) return false;
    const next: SyntaxNode[] = [];
    for (const node of level) forEachChild(node, (child) => void next.push(child));
    level = next;
  }
  return true;
}
