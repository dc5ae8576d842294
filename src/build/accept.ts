import type { Allowance } from '../config/index.ts';
import type { Acceptance, Finding } from '../finding.ts';
import type { Accepted } from '../report/index.ts';
import type { Incomplete } from '../scan/index.ts';
import { isAt, isPath } from './place-match.ts';

/** What a proof found, parted by what the project's `allow:` says of it. */
export interface Parted {
  findings: Finding[];
  incomplete: Incomplete[];
  accepted: Accepted;
  /** Entries that expired, or accept nothing. */
  notices: Finding[];
}

export interface AcceptOptions {
  allow: readonly Allowance[];
  /** `YYYY-MM-DD`, UTC. */
  today: string;
  /** Nothing was looked for that nobody declared. */
  withoutDetectors?: boolean;
}

/**
 * Takes out what the project accepts. An entry that is expired accepts nothing, and is told.
 *
 * Only findings that would be told anyway are accepted: one of level `note` stays as it is. Of gaps only those in one file.
 */
export function accept(
  found: { findings: readonly Finding[]; incomplete: readonly Incomplete[] },
  { allow, today, withoutDetectors = false }: AcceptOptions,
): Parted {
  const used = new Set<Allowance>();
  const allowing = (matches: (entry: Allowance) => boolean): Acceptance | undefined => {
    const entries = allow.filter(matches);
    for (const entry of entries) used.add(entry);
    const valid = entries.find((entry) => !isExpired(entry, today));
    return valid && { reason: valid.reason, ...(valid.expires === undefined ? {} : { expires: valid.expires }) };
  };
  const parted: Parted = { findings: [], incomplete: [], accepted: { findings: [], incomplete: [] }, notices: [] };
  const acceptedFindings: Finding[] = [];
  for (const finding of found.findings) {
    const accepted = allowing((entry) => isAbout(entry, finding));
    if (accepted === undefined || finding.level === 'note') parted.findings.push(finding);
    else acceptedFindings.push({ ...finding, level: 'note', accepted });
  }
  const acceptedGaps: (Incomplete & { accepted: Acceptance })[] = [];
  for (const gap of found.incomplete) {
    const accepted = allowing(({ accepts, place }) => accepts.kind === 'incomplete' && isPath(place, gap.file));
    if (accepted === undefined) parted.incomplete.push(gap);
    else acceptedGaps.push({ ...gap, accepted });
  }
  const told = allow.filter((entry) => !(withoutDetectors && entry.accepts.kind === 'detector'));
  return {
    ...parted,
    accepted: { findings: acceptedFindings, incomplete: acceptedGaps },
    notices: told.flatMap((entry) => notice(entry, used.has(entry), today)),
  };
}

function isAbout({ accepts, place }: Allowance, { rule, secret, location }: Finding): boolean {
  const what =
    accepts.kind === 'secret'
      ? rule === 'leak' && secret === accepts.name
      : accepts.kind === 'detector' && rule === `detected:${accepts.id}`;
  return what && location.kind === 'image' && isAt(place, location);
}

function isExpired({ expires }: Allowance, today: string): boolean {
  return expires !== undefined && expires < today;
}

function notice(entry: Allowance, used: boolean, today: string): Finding[] {
  const location = { kind: 'configuration', path: entry.file, line: entry.line } as const;
  const shared = { level: 'warning', location } as const;
  if (isExpired(entry, today)) {
    const message = used
      ? `this entry of allow expired on ${entry.expires}: what it accepted fails again`
      : `this entry of allow expired on ${entry.expires}, and nothing is at its place`;
    return [{ ...shared, rule: 'allow-expired', message, remedy: 'Mend what it accepted, or remove the entry.' }];
  }
  if (used) return [];
  return [
    {
      ...shared,
      rule: 'allow-unused',
      message: 'this entry of allow accepts nothing that was found',
      remedy: 'Remove it, or correct its secret, detector or place.',
    },
  ];
}
