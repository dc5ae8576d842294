import { type Grammar, type Reference, requireForm } from '../cloud/reference.ts';
import type { Wanted } from '../cloud/session.ts';
import { cloudSettings } from '../cloud/settings.ts';
import type { ProviderHost } from '../provider.ts';
import type { AwsAccess } from './request.ts';

/** A region; it becomes part of a host name. */
export const regionForm = /^[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}$/;

/** The parameters that all references to AWS have. */
export const accessParameters = { region: 'region', profile: 'profile' };

export const refusedByAws = {
  role_arn: 'Give the role a profile in ~/.aws/config (role_arn, source_profile), and name that: ?profile=NAME.',
};

/** Region and profile of a reference; an ARN names its own region. */
export function accessOf({ parameters }: Reference, arn: Arn | undefined, grammar: Grammar): AwsAccess {
  const region = parameters.get('region') ?? arn?.region;
  const profile = parameters.get('profile');
  requireForm(region, regionForm, 'region', grammar);
  return { ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
}

export interface Arn {
  region: string;
  /** What stands behind the account. */
  resource: string;
}

/** Takes an ARN of one service apart; undefined for what is none. */
export function parseArn(text: string, service: string): Arn | undefined {
  const parts = /^arn:aws[a-z-]*:([a-z-]+):([a-z0-9-]+):\d{12}:([\w/+=.@:-]+)$/.exec(text);
  const [, named, region, resource] = parts ?? [];
  if (named !== service || region === undefined || resource === undefined) return undefined;
  return { region, resource };
}

/** The region of the aws command and of vals counts, too: the SDK for JavaScript reads AWS_REGION only. */
export function awsEnvironment(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = env;
  return AWS_REGION || !AWS_DEFAULT_REGION ? env : { ...env, AWS_REGION: AWS_DEFAULT_REGION };
}

/** Adds the region of safebuild.yaml (`sources.aws.region`) where the reference names none. */
export function withRegion<Request extends AwsAccess>(
  read: (reference: string) => Wanted<Request>,
  host: ProviderHost,
): (reference: string) => Wanted<Request> {
  const { region } = cloudSettings(host, 'aws', { region: regionForm });
  if (region === undefined) return read;
  return (reference) => {
    const wanted = read(reference);
    return { ...wanted, request: { region, ...wanted.request } };
  };
}
