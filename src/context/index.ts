export { type FoundCredential, readCredentials } from './credentials.ts';
export {
  type ContextKind,
  type DockerfileText,
  isArchive,
  isFolder,
  isRemote,
  readDockerfile,
  readIgnoreFile,
} from './locate.ts';
export { createMentions } from './mentions.ts';
export { walkContext } from './walk.ts';
