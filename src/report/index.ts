export { findingJson, renderJson } from './json.ts';
export { describeLocation } from './location.ts';
export { jsonText, withoutControls } from './plain.ts';
export type { Accepted, Report, Verdict } from './report.ts';
export { type Paint, renderText, type TextOptions } from './text.ts';
