import { parseBoolean } from './boolean.ts';
import { parseFields } from './csv.ts';
import type { BuildRequest } from './request.ts';

/** One attestation that the command line speaks of: asked for, or refused (`--provenance=false`). */
export interface Attestation {
  /** `provenance`, `sbom`. */
  type: string;
  wanted: boolean;
}

/**
 * What `--attest`, `--provenance` and `--sbom` ask for.
 *
 * The last two are short for `--attest`: `--sbom=X` is `--attest type=sbom,X`, a boolean is `disabled=`, and an empty value
 * is none (buildx, CanonicalizeAttest).
 */
export function attestationsOf(request: BuildRequest): Attestation[] {
  return [
    ...request.attests.map((text) => toAttestation(parseFields(text, '--attest'))),
    ...shorthand('provenance', request.provenance),
    ...shorthand('sbom', request.sbom),
  ];
}

function shorthand(type: string, text: string | undefined): Attestation[] {
  if (text === undefined || text === '') return [];
  const enabled = parseBoolean(text);
  if (enabled !== undefined) return [{ type, wanted: enabled }];
  return [toAttestation(new Map([['type', type], ...parseFields(text, `--${type}`)]))];
}

function toAttestation(fields: ReadonlyMap<string, string>): Attestation {
  const disabled = parseBoolean(fields.get('disabled') ?? 'false') ?? false;
  return { type: fields.get('type') ?? '', wanted: !disabled };
}
