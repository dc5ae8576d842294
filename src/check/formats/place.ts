import type { Finding } from '../../finding.ts';

/** The file and lines of a finding; undefined for what stands on the command line. */
export function placeOf({ location }: Finding): { path: string; line: number; endLine: number } | undefined {
  switch (location.kind) {
    case 'dockerfile':
      return { path: location.path, line: location.line, endLine: location.endLine };
    case 'context':
    case 'configuration': {
      const { path, line = 1 } = location;
      return { path, line, endLine: line };
    }
    default:
      return undefined;
  }
}
