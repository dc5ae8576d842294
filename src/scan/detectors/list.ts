import { credentialFile } from './credential-file.ts';
import { awsAccessKey, awsSecretKey, dockerLogin, jsonWebToken, kubeconfigKey, npmCredential } from './credentials.ts';
import type { Detector } from './detector.ts';
import { keptDetectors } from './kept.ts';
import { patternDetector } from './pattern.ts';
import { privateKey } from './private-key.ts';
import { tokenPatterns } from './tokens.ts';

/** Every detector. To add one: its line here, or a row of `tokens.ts`. The first of two that see the same tells it. */
export async function allDetectors(): Promise<readonly Detector[]> {
  return [
    privateKey,
    ...(await keptDetectors()),
    ...tokenPatterns.map((token) => patternDetector(token)),
    npmCredential,
    dockerLogin,
    kubeconfigKey,
    awsSecretKey,
    awsAccessKey,
    jsonWebToken,
    credentialFile,
  ];
}
