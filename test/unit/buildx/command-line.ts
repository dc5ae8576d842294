import { dockerBuildFlags, parseArguments } from '../../../src/buildx/flags.ts';
import { type BuildRequest, toBuildRequest } from '../../../src/buildx/request.ts';

/** What `docker build` with these words asks for. */
export function requestOf(...argv: string[]): BuildRequest {
  return toBuildRequest(parseArguments(argv, dockerBuildFlags));
}
