export { renderJson } from './json.ts';
export { describeLocation } from './location.ts';
export type { Report, Verdict } from './report.ts';
export { type Paint, renderText } from './text.ts';
