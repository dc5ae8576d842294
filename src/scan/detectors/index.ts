export { isLoginFile, longestLoginFile } from './credential-file.ts';
export type { Confidence } from './detector.ts';
export { type Detection, type Detectors, loadDetectors, loginFile } from './detectors.ts';
export { judgePlace, sshHostKeyTitle } from './place.ts';
