import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Builder,
  type BuildRequest,
  type HandedSecret,
  type Held,
  handOver,
  heldArguments,
  holdBack,
} from '../buildx/index.ts';
import { normalizeReference } from '../publish/index.ts';
import { parseSecretFlag } from '../secrets/index.ts';
import { handedByFlag } from './handed.ts';
import type { BuildHost } from './host.ts';
import type { Rewrite } from './rewrite.ts';
import type { Sources } from './sources.ts';
import { metadataName } from './unproved.ts';
import type { WorkDirs } from './work-dir.ts';

/** One call of `docker buildx build`, ready to run. */
export interface BuildPlan {
  args: readonly string[];
  /** Holds values: for the build's own child only. */
  env: Readonly<Record<string, string>>;
  input?: Uint8Array | AsyncIterable<Uint8Array>;
  held: readonly Held[];
  iidfile: string;
  metadataFile: string;
}

/** Turns what is to be built into arguments, `more` behind the user's own, variables and files in the private folders. */
export async function planBuild(
  request: BuildRequest,
  builder: Builder,
  sources: Sources,
  rewritten: Rewrite | undefined,
  dirs: WorkDirs,
  host: BuildHost,
  more: readonly string[] = [],
): Promise<BuildPlan> {
  const noDefaultAttestations = /^(1|t|true)$/i.test(host.env.BUILDX_NO_DEFAULT_ATTESTATIONS ?? '');
  const hold = holdBack(request, { builder, workDir: dirs.quarantine, noDefaultAttestations });
  await refuseBadCacheNames(hold.held);
  const usedUp = usedUpSecrets(request, sources, host);
  const handed = rewritten?.handed ?? handedByFlag(sources, []);
  const handover = await handOver([...handed, ...usedUp.handed], dirs.values);
  const iidfile = join(dirs.quarantine, 'iid');
  const metadataFile = join(dirs.quarantine, metadataName);
  const inEngine = hold.held.some((held) => held.kind === 'engine');
  const records = [
    ...(request.iidfile === undefined ? [] : ['--iidfile', iidfile]),
    // The id of an untagged image: --iidfile would say it too, but not beside a local or tar output.
    ...(request.metadataFile === undefined && !inEngine ? [] : ['--metadata-file', metadataFile]),
  ];
  const dockerfile = await dockerfileArguments(request, sources, rewritten, dirs);
  const args = heldArguments(request, {
    dropBuildArgs: rewritten?.dropBuildArgs ?? new Set(),
    dropSecrets: usedUp.flags,
    withholdTags: builder.store === 'graphdriver',
    add: [...dockerfile.args, ...handover.args, ...hold.args, ...records, ...more],
    context: request.context ?? '.',
  });
  return {
    args,
    env: { BUILDX_BUILDER: builder.name, ...handover.env },
    held: hold.held,
    iidfile,
    metadataFile,
    ...(dockerfile.input === undefined ? {} : { input: dockerfile.input }),
  };
}

/** A cache is pushed last, when the image is out already: its name must not turn out to be none then. Throws USAGE. */
async function refuseBadCacheNames(held: readonly Held[]): Promise<void> {
  const names = held.flatMap((item) =>
    item.kind === 'cache' && item.destination.type === 'registry' ? [item.destination.ref] : [],
  );
  if (names.length === 0) return;
  const { parseReference } = await import('../registry/index.ts');
  for (const name of names) parseReference(normalizeReference(name));
}

/** A pipe gives its bytes once, and the search has had them: the builder gets them from us (buildkit.md fact 20). */
function usedUpSecrets(
  request: BuildRequest,
  { secrets }: Sources,
  host: BuildHost,
): { handed: HandedSecret[]; flags: Set<string> } {
  const handed: HandedSecret[] = [];
  const flags = new Set<string>();
  for (const flag of request.secrets) {
    const { id } = parseSecretFlag(flag, host.env);
    const secret = secrets.usedUp.includes(id) ? secrets.get(id) : undefined;
    if (secret === undefined) continue;
    flags.add(flag);
    handed.push({ id, secret, asVariable: false });
  }
  return { handed, flags };
}

type DockerfileArguments = Pick<BuildPlan, 'args' | 'input'>;

/** The user's own Dockerfile where nothing changed; else a private copy with its ignore file beside it (buildkit.md 1.16). */
async function dockerfileArguments(
  request: BuildRequest,
  sources: Sources,
  rewritten: Rewrite | undefined,
  dirs: WorkDirs,
): Promise<DockerfileArguments> {
  const own = request.file === undefined ? [] : ['--file', request.file];
  if (!rewritten?.changed || sources.dockerfile === undefined) {
    return { args: own, ...(sources.input === undefined ? {} : { input: sources.input }) };
  }
  // A Dockerfile on standard input has no files beside it, so no ignore file either.
  if (sources.context.kind === 'empty') return { args: own, input: Buffer.from(rewritten.text) };
  const dir = join(dirs.quarantine, 'dockerfile');
  await mkdir(dir, { mode: 0o700 });
  const path = join(dir, sources.dockerfile.file.name);
  await writeFile(path, rewritten.text, { mode: 0o600 });
  if (rewritten.ignore !== undefined) await writeFile(`${path}.dockerignore`, rewritten.ignore, { mode: 0o600 });
  return { args: ['--file', path] };
}
