export { findCredentials } from './credentials.ts';
export { pushLayout } from './push-layout.ts';
export { parseReference } from './reference.ts';
