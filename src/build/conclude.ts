import type { Builder, BuildRequest } from '../buildx/index.ts';
import { SafebuildError } from '../errors.ts';
import { LayersMissing } from '../publish/index.ts';
import type { Report } from '../report/index.ts';
import { prepareScan, type Search } from '../scan/index.ts';
import type { BuildHost } from './host.ts';
import type { BuildPlan } from './plan.ts';
import { type Proof, prove } from './prove.ts';
import { release } from './release.ts';
import type { Rewrite } from './rewrite.ts';
import { dayOf, type Found, settle } from './settle.ts';
import type { Sources } from './sources.ts';
import type { SparedLayers } from './spared.ts';
import { pathOf } from './withheld.ts';

/** A build that ended well, and whose result nobody has looked at yet. */
export interface Built {
  request: BuildRequest;
  sources: Sources;
  rewritten: Rewrite | undefined;
  planned: BuildPlan;
  builder: Builder;
  /** In the engine's store, of a build into it. */
  imageId: string | undefined;
  spared: SparedLayers;
  builtMs: number;
  /** What docker printed there: the image id, with -q and with --progress=quiet. */
  stdout: Uint8Array;
  /** Set when the result is public. */
  released?: true;
}

/** Does what the proof would begin with, while the build runs. */
export function prepareProof({ config, secrets }: Sources): Promise<Search> {
  return prepareScan(secrets.secrets, { detectors: config.detectors });
}

/**
 * Searches what a build made, by the `search` for its secrets, and publishes it where it is clean. Throws what its steps throw, and LayersMissing where layers
 * were spared that are needed.
 */
export async function proveAndRelease(built: Built, search: Search, report: Report, host: BuildHost): Promise<Report> {
  const { request, sources, planned, builder, imageId, spared, builtMs } = built;
  host.phase('searching the image for secrets');
  const withheld = await spared.takeBack();
  const proof = await proveResult(built, search, withheld, host);
  host.phase(undefined);
  const { notes, verdict, exitCode, ...settled } = settle(foundBy(proof), sources.config, dayOf(new Date()));
  const proved: Report = {
    ...report,
    ...settled,
    notes: [...report.notes, ...notes],
    elapsedMs: { ...report.elapsedMs, proof: Date.now() - builtMs },
  };
  if (verdict !== 'clean') return { ...proved, verdict, exitCode };
  if (host.signal.aborted) throw new SafebuildError('INTERRUPTED', 'Interrupted before anything was published.');
  let heldBefore = false;
  const image = await release(
    {
      request,
      builder,
      held: planned.held,
      iidfile: planned.iidfile,
      metadataFile: planned.metadataFile,
      withheld: withheld.size > 0,
      onHeldBefore() {
        heldBefore = true;
      },
      ...(imageId === undefined ? {} : { imageId }),
    },
    host,
  );
  built.released = true;
  if (heldBefore) await spared.remember(proof.results.flatMap((result) => result.remembered));
  await host.stdout(built.stdout);
  // Values that cannot be searched for prove nothing, and neither does a result that stays in the build cache.
  const searched = proved.secrets.searched.length > 0 && proof.results.length > 0;
  return { ...proved, verdict: searched ? 'clean' : 'nothing-to-prove', exitCode, image };
}

/** Throws LayersMissing where a layer that is not here was not found clean before. */
async function proveResult(
  built: Built,
  search: Search,
  withheld: ReadonlySet<string>,
  host: BuildHost,
): Promise<Proof> {
  const { request, sources, rewritten, planned, imageId } = built;
  const proof = await prove(
    {
      held: planned.held,
      sources,
      search,
      withheld,
      written: request.metadataFile === undefined ? [] : [{ path: planned.metadataFile, shown: request.metadataFile }],
      ...(rewritten === undefined ? {} : { dockerfileText: rewritten.text }),
      ...(request.target === undefined ? {} : { target: request.target }),
      ...(imageId === undefined ? {} : { imageId }),
    },
    host,
  );
  const paths = new Set([...withheld].map(pathOf));
  if (proof.incomplete.some(({ where }) => paths.has(where))) throw new LayersMissing();
  return proof;
}

function foundBy({ findings, incomplete, results }: Proof): Found {
  return { findings, incomplete, coverage: results.map((result) => result.coverage) };
}
