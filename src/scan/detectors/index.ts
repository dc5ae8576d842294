export type { Confidence } from './detector.ts';
export { type Detection, type Detectors, loadDetectors } from './detectors.ts';
export { judgePlace } from './place.ts';
