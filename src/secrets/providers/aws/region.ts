import type { Trouble } from '../cloud/answer.ts';

/** The region that a client works in: that of the request, or AWS_REGION, or the profile's. Undefined where none says. */
export async function awsRegion(config: { region: () => Promise<string> }): Promise<string | undefined> {
  try {
    return (await config.region()) || undefined;
  } catch {
    return undefined;
  }
}

export function noRegion(store: string): Trouble {
  return {
    code: 'SOURCE_FAILED',
    message: `No region is given for ${store}`,
    hint: 'Add ?region=REGION to the reference, or set AWS_REGION.',
  };
}
