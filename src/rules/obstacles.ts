import { fetchOf } from './add-fetch.ts';
import type { RuleContext } from './context.ts';
import type { Carrier } from './flow.ts';
import { instructionAt, linesOf } from './place.ts';

/** Why a carrier cannot be replaced by mounts, and what the user does instead. */
export interface Obstacle {
  message: string;
  remedy: string;
}

/** What stands in the way of replacing the carrier by mounts, seen from its own declaration. */
export function obstacleOf(context: RuleContext, carrier: Carrier): Obstacle | undefined {
  const [first] = carrier.expandedBy;
  if (first !== undefined) {
    const { keyword } = instructionAt(context, first);
    return {
      message: `${keyword} on ${linesOf(context, [first])} expands ${carrier.variable}, and only a RUN can be given a secret.`,
      remedy: inWords(context, first) ?? instead(keyword, carrier.variable),
    };
  }
  if (!carrier.whole && carrier.readers.length > 0) {
    return {
      message: `${carrier.keyword} ${carrier.variable} is put together from ${carrier.secret} and other text.`,
      remedy: `Put the whole value into your secrets as ${carrier.variable} (for example into .env): safebuild then mounts it on the RUNs that use it.`,
    };
  }
  return undefined;
}

/** The RUN that would do what an ADD does, for a person to add it once the tool is there. */
function inWords(context: RuleContext, index: number): string | undefined {
  const fetch = fetchOf(context, instructionAt(context, index));
  return fetch && `Install curl in an earlier RUN, and write instead: RUN ${fetch.command}`;
}

function instead(keyword: string, variable: string): string {
  switch (keyword) {
    case 'FROM':
      return 'Name the image without the secret, and log in to its registry with docker login before the build.';
    case 'LABEL':
      return `Take ${variable} out of the LABEL: everyone who can pull the image reads its labels.`;
    case 'ADD':
      return `Download in a RUN that uses $${variable} (curl, git clone) instead of ADD.`;
    case 'COPY':
      return `Write the file in a RUN that uses $${variable} and removes it again, or hand the value over when the container starts.`;
    case 'RUN':
      return `Write the options of the RUN without $${variable}.`;
    default:
      return `Give ${keyword} a value that is no secret.`;
  }
}
