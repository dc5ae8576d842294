export type { Attachments } from './attachments.ts';
export { findCredentials } from './credentials.ts';
export type { RemoteManifest } from './manifest.ts';
export { pushLayout } from './push-layout.ts';
export { parsePinnedReference, parseReference } from './reference.ts';
export { openRemoteImage, type RemoteImage } from './remote-image.ts';
