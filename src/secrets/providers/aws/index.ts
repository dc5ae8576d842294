export { awsParameters } from './parameters.ts';
export { awsSecretsManager } from './secrets-manager.ts';
