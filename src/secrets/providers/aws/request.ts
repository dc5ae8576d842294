/** Which client a request needs: one is made for each region and profile. */
export interface AwsAccess {
  /** From the reference or the ARN in it; without one, AWS_REGION and the profile say. */
  region?: string;
  /** A section of the user's own files in ~/.aws. */
  profile?: string;
}

/** One call of GetSecretValue. */
export interface SecretRequest extends AwsAccess {
  /** Name or ARN. */
  id: string;
  version?: string;
  stage?: string;
}

/** One call of GetParameter. */
export interface ParameterRequest extends AwsAccess {
  /** Name or ARN, with `:version` or `:label` where one is wanted. */
  id: string;
}
