import type { ArchiveMember, FileAttributes, Finding, ImageLocation, Level } from '../finding.ts';
import { type Catalog, type EntryUse, type ImageGraph, type ImageNode, isVisible } from '../image/index.ts';
import { assignmentForm } from './forms/index.ts';
import { type Hit, type HitGroup, type Step, wayOf } from './hit.ts';
import { mapTokens } from './json-leaves.ts';
import { mask } from './mask.ts';
import { leakRemedy } from './remedy.ts';
import type { ScanState } from './state.ts';
import { leakMessage } from './words.ts';

/** Turns what was seen at an entry's bytes into findings at places of an image: one for each image that uses the entry. */
export function findingsOf(state: ScanState, graph: ImageGraph | undefined, catalog: Catalog): Finding[] {
  const findings: Finding[] = [];
  for (const group of withoutParts(state)) {
    const uses = graph?.uses.get(group.hit.entry) ?? [];
    const places = uses.length === 0 ? [unused(group, graph, catalog)] : uses.map((use) => used(group, use, catalog));
    for (const place of places) findings.push(finding(state, group, place));
  }
  return findings;
}

/**
 * Leaves out a part (the password in a URL) where the whole was seen at the same place.
 *
 * Of every place where anything was seen at least one hit stays, whatever the secrets say of each other: folding is for the
 * reader and must never make an image clean.
 */
function withoutParts(state: ScanState): HitGroup[] {
  const groups = [...state.hits.groups()];
  const seen = new Set(groups.map(({ hit }) => placeKey(hit.secret, hit)));
  const kept = groups.filter(({ hit }) => {
    const whole = state.search.partOf.get(hit.secret);
    return whole === undefined || whole === hit.secret || !seen.has(placeKey(whole, hit));
  });
  const told = new Set(kept.map(({ hit }) => placeKey('', hit)));
  return [...kept, ...groups.filter(({ hit }) => !told.has(placeKey('', hit)))];
}

function placeKey(secret: string, { entry, steps, header, pointer, decoded }: Hit): string {
  return JSON.stringify([secret, entry, wayOf(steps), header === true, pointer, decoded]);
}

/** A location, and the steps that lead on from its `path`. */
interface Named {
  location: ImageLocation;
  inner: readonly Step[];
}

function finding(state: ScanState, group: HitGroup, { location, inner }: Named): Finding {
  const { hit, forms, count } = group;
  const { artifact } = state;
  const whole = { ...location, ...insideOf(inner), ...(artifact === undefined ? {} : { artifact }) };
  const masked = maskLocation(whole, state);
  const chain = [...inner.map(stepName), ...(hit.decoded ?? []), ...(hit.form === 'raw' ? [] : [hit.form])];
  const what = hit.detected?.title ?? hit.secret;
  return {
    ...(hit.detected === undefined
      ? { rule: 'leak', level: levelOf(hit, masked), secret: hit.secret }
      : { rule: `detected:${hit.detected.id}`, level: hit.detected.level }),
    message: leakMessage(what, masked, {
      inside: (masked.inside ?? []).map(({ path }) => path).join(' › '),
      header: hit.header === true,
      forms: [...(hit.decoded ?? []), ...[...forms].filter((form) => form !== 'raw')],
      count,
    }),
    remedy: leakRemedy(what, masked),
    location: masked,
    ...(chain.length === 0 ? {} : { form: chain.map((step) => mask(step, state)) }),
  };
}

function insideOf(inner: readonly Step[]): { inside?: ArchiveMember[] } {
  const inside = inner.flatMap(({ container, member, file }): ArchiveMember[] =>
    member === undefined ? [] : [{ container, path: member, ...(file === undefined ? {} : { file }) }],
  );
  return inside.length === 0 ? {} : { inside };
}

/** The documentation of packages is full of well-known names with well-known values: in files that is only told. */
function levelOf({ form }: Hit, { place }: ImageLocation): Level {
  const inFile = place === 'layer' || place === 'blob' || place === 'archive';
  return form === assignmentForm && inFile ? 'warning' : 'error';
}

function stepName({ container, member }: Step): string {
  return member === undefined ? container : `${container} ${member}`;
}

/** A file of an exported artifact, the archive's own bytes, or a blob that nothing refers to. */
function unused({ hit }: HitGroup, graph: ImageGraph | undefined, catalog: Catalog): Named {
  const offset = hit.offset === undefined ? {} : { offset: hit.offset };
  const digest = catalog.get(hit.entry)?.digest;
  if (graph === undefined || digest === undefined) {
    const path = hit.entry === '' ? {} : { path: hit.entry };
    const own = catalog.get(hit.entry)?.file;
    const file = graph !== undefined || own === undefined ? {} : { file: own };
    return { location: { kind: 'image', place: 'archive', ...path, ...file, ...offset }, inner: hit.steps };
  }
  if (hit.entry.startsWith('blobs/')) return inBlob(hit, { kind: 'image', place: 'blob', digest, ...offset });
  return { location: { kind: 'image', place: 'archive', digest, path: hit.entry, ...offset }, inner: hit.steps };
}

/** Of a blob that is no layer of an image: the file in its tar, if it is one, or the string in its JSON. */
function inBlob(hit: Hit, shared: ImageLocation): Named {
  const { path: member, file, inner } = inLayer(hit.steps);
  // a JSON pointer keeps its slash
  const path = member === undefined ? hit.pointer : fromRoot(member);
  return {
    location: { ...shared, ...(path === undefined ? {} : { path }), ...(file === undefined ? {} : { file }) },
    inner,
  };
}

function used(group: HitGroup, use: EntryUse, catalog: Catalog): Named {
  const { hit } = group;
  const digest = catalog.get(hit.entry)?.digest;
  const shared = {
    kind: 'image',
    ...(use.platform === undefined ? {} : { platform: use.platform }),
    ...(digest === undefined ? {} : { digest }),
    ...(hit.offset === undefined ? {} : { offset: hit.offset }),
  } as const;
  if (use.role === 'layer') {
    const { path, file, inner } = inLayer(hit.steps);
    const layer = use.image.layers[use.position - 1];
    const visible = path === undefined ? undefined : visibility(path, use.image, use.position, catalog);
    return {
      location: {
        ...shared,
        place: 'layer',
        layer: use.position,
        layers: use.image.layers.length,
        ...(path === undefined ? {} : { path: fromRoot(path) }),
        ...(file === undefined ? {} : { file }),
        ...(visible === undefined ? {} : { visible }),
        ...(layer?.createdBy === undefined ? {} : { createdBy: layer.createdBy }),
      },
      inner,
    };
  }
  if (use.role === 'blob') return inBlob(hit, { ...shared, place: 'blob' });
  const path = hit.pointer === undefined ? {} : { path: hit.pointer };
  const createdBy = use.role === 'config' ? historyEntry(use.image, hit.pointer) : undefined;
  return {
    location: { ...shared, place: use.role, ...path, ...(createdBy === undefined ? {} : { createdBy }) },
    inner: hit.steps,
  };
}

/** A layer's own compression goes without saying: the file in its tar is the path, what follows is inside that file. */
function inLayer(steps: readonly Step[]): { path?: string; file?: FileAttributes; inner: readonly Step[] } {
  const at = steps.findIndex((step) => step.member !== undefined);
  const { member: path, file } = steps[at] ?? {};
  return path === undefined
    ? { inner: steps }
    : { path, inner: steps.slice(at + 1), ...(file === undefined ? {} : { file }) };
}

/** A path as it stands in the image, without `./` or `/`. */
function fromRoot(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '');
}

function visibility(path: string, image: ImageNode, position: number, catalog: Catalog): boolean | undefined {
  const members = image.layers.map((layer) => catalog.get(layer.entry)?.members);
  const own = members[position - 1];
  return own === undefined ? undefined : isVisible(path, own, members.slice(position));
}

function historyEntry(image: ImageNode, pointer: string | undefined): string | undefined {
  const index = /^\/history\/(\d+)(?:\/|$)/.exec(pointer ?? '')?.[1];
  return index === undefined ? undefined : image.history[Number(index)];
}

/** What names a leak may hold the value: file names, owners, labels, and above all the history. */
function maskLocation(location: ImageLocation, state: ScanState): ImageLocation {
  const { path, createdBy, platform, file, inside } = location;
  return {
    ...location,
    ...(path === undefined ? {} : { path: maskPath(path, state) }),
    ...(createdBy === undefined ? {} : { createdBy: mask(createdBy, state) }),
    ...(platform === undefined ? {} : { platform: mask(platform, state) }),
    ...(file === undefined ? {} : { file: maskOwner(file, state) }),
    ...(inside === undefined ? {} : { inside: inside.map((member) => maskMember(member, state)) }),
  };
}

/** A path of a file has no slash before it; a JSON pointer has, and its escapes would hide a value that is a name. */
function maskPath(path: string, state: ScanState): string {
  const plain = path.startsWith('/') ? mapTokens(path, (name) => mask(name, state)) : path;
  return mask(plain, state);
}

function maskMember(member: ArchiveMember, state: ScanState): ArchiveMember {
  const file = member.file === undefined ? {} : { file: maskOwner(member.file, state) };
  return { ...member, path: mask(member.path, state), ...file };
}

function maskOwner(file: FileAttributes, state: ScanState): FileAttributes {
  const { user, group } = file;
  return {
    ...file,
    ...(user === undefined ? {} : { user: mask(user, state) }),
    ...(group === undefined ? {} : { group: mask(group, state) }),
  };
}
