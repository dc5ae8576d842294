import type { Refusal } from '../ecosystem.ts';

/** A precondition that does not hold; `whatToChange` is one imperative sentence. */
export function refuse(refused: string, why: string, whatToChange: string): Refusal {
  return { refused, why, whatToChange };
}

/** Whether an answer is the precondition that does not hold. */
export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}
