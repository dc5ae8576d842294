import { Behind, type Sink } from '../../image/index.ts';
import type { Host } from './container.ts';

/**
 * Opens what stands behind the end of a compressed stream, if that is a wrapper too: tools that know many formats go on there.
 *
 * Its bytes are searched as they are already, with those of the stream before.
 */
export function behindEnd(host: Host): () => Sink {
  return () => host.stored('behind the end');
}

/** The same behind an archive, where zeros are padding: it is looked through as any other bytes, from the first that is none on. */
export function openBehind(host: Host): Behind {
  return new Behind('archive', () => {}, behindEnd(host));
}
