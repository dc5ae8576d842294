export { placeCache } from './cache.ts';
export { placeFile, placeText, readProved } from './files.ts';
export { placeFolder } from './folder.ts';
export { layersOf } from './graph.ts';
export { type Descriptor, rootDescriptor } from './layout-tar.ts';
export { type Expected, pushImage } from './push.ts';
export { fullName, normalizeReference } from './reference.ts';
export { LayersMissing, loadLayout, tagImage } from './store.ts';
export { dropImage, untaggedImages } from './untagged.ts';
