/** Words for the parts of an image that are no file. */
const words = ['config', 'history', 'manifest', 'index', 'attestation'];

/** What is wrong with the place of an allowance, without quoting it; undefined when it is one. */
export function placeProblem(place: string): string | undefined {
  if (words.includes(place) || /^(?:label|annotation):./.test(place)) return undefined;
  if (place.trim() === '') return 'must name a place in the image';
  // A value that may be everywhere is no secret, and a gap that may be everywhere proves nothing.
  if (/^[*?/.]*$/.test(place)) return 'must name a place, and not every place';
  return place.split('/').includes('..') ? 'must be a path from the root of the image, without ..' : undefined;
}
