import { forEachChild, type ParsedScript, type Statement, type SyntaxNode } from 'unbash';
import { type LogicalText, rangeIn } from '../logical.ts';
import type { ListPart } from './model.ts';

interface Piece {
  pos: number;
  end: number;
  operator?: NonNullable<ListPart['operator']>;
  /** A cut would leave its body behind. */
  heredoc: boolean;
}

/** The parts of a script's top-level list, each with the cut that removes it. */
export function listParts(ast: ParsedScript, script: LogicalText): ListPart[] {
  const pieces = ast.commands.flatMap((statement, index) => {
    const before = ast.commands[index - 1];
    return statementPieces(statement, before === undefined ? undefined : before.background ? '&' : ';');
  });
  return pieces.map((piece, index) => {
    const cut = removal(pieces, index);
    return {
      range: rangeIn(script.offsets, piece.pos, piece.end),
      ...(piece.operator === undefined ? {} : { operator: piece.operator }),
      ...(cut === undefined ? {} : { removal: rangeIn(script.offsets, ...cut) }),
    };
  });
}

function statementPieces(statement: Statement, operator: Piece['operator']): Piece[] {
  const { command } = statement;
  const nodes = command.type === 'AndOr' ? command.commands : [command];
  const operators = command.type === 'AndOr' ? command.operators : [];
  return nodes.map((node, index) => {
    const joined = index === 0 ? operator : operators[index - 1];
    return {
      pos: node.pos,
      end: node.end,
      heredoc: holdsHeredoc(node),
      ...(joined === undefined ? {} : { operator: joined }),
    };
  });
}

function holdsHeredoc(node: SyntaxNode): boolean {
  let found = node.type === 'HereDoc';
  forEachChild(node, (child) => {
    found ||= holdsHeredoc(child);
  });
  return found;
}

/**
 * A part goes with the operator behind it, or, at the end of an `&&` chain, with the one before it.
 *
 * Next to `||` and `&` no cut keeps the meaning of the rest.
 */
function removal(pieces: readonly Piece[], index: number): [number, number] | undefined {
  const piece = pieces[index]!;
  const next = pieces[index + 1];
  const previous = pieces[index - 1];
  const movable = (operator: Piece['operator']) => operator === undefined || operator === '&&' || operator === ';';
  if (piece.heredoc || !movable(piece.operator) || !movable(next?.operator)) return undefined;
  if (next !== undefined && !(piece.operator === '&&' && next.operator === ';')) return [piece.pos, next.pos];
  return previous === undefined ? undefined : [previous.end, piece.end];
}
