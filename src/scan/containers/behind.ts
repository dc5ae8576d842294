import type { Sink } from '../../image/index.ts';
import type { Host } from './container.ts';

/**
 * Opens what stands behind the end of a compressed stream, if that is a wrapper too: tools that know many formats go on there.
 *
 * Its bytes are searched as they are already, with those of the stream before.
 */
export function behindEnd(host: Host): () => Sink {
  return () => host.stored('behind the end');
}
