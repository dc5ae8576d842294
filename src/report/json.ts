import type { ArchiveMember, FileAttributes, Finding, Location } from '../finding.ts';
import { octal } from './octal.ts';
import { jsonText } from './plain.ts';
import type { Report } from './report.ts';

/** The report as one machine-readable object; its schema is `schema/report.schema.json`. Holds names only, never a value. */
export function renderJson(report: Report): string {
  const findings = {
    dockerfile: report.dockerfile.map(findingJson),
    leaks: report.leaks.map(findingJson),
    ...(report.accepted === undefined
      ? {}
      : { accepted: { ...report.accepted, findings: report.accepted.findings.map(findingJson) } }),
    ...(report.warnings === undefined ? {} : { warnings: report.warnings.map(findingJson) }),
    notes: report.notes.map(findingJson),
  };
  return jsonText({ schemaVersion: 1, ...report, ...findings });
}

/** A finding as JSON has it. Offsets into a source that the reader may not have say nothing; the fix's title does. */
export function findingJson(finding: Finding): object {
  const { fix, location, ...rest } = finding;
  return {
    ...rest,
    location: locationJson(location),
    ...(fix === undefined ? {} : { fix: { title: fix.title } }),
  };
}

function locationJson(location: Location): object {
  if (location.kind !== 'image') return location;
  const { file, inside } = location;
  return {
    ...location,
    ...(file === undefined ? {} : { file: fileJson(file) }),
    ...(inside === undefined ? {} : { inside: inside.map(memberJson) }),
  };
}

function memberJson(member: ArchiveMember): object {
  return member.file === undefined ? member : { ...member, file: fileJson(member.file) };
}

function fileJson(file: FileAttributes): object {
  return { ...file, mode: octal(file.mode) };
}
