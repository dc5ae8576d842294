import type { Provider } from '../provider.ts';
import { parseReference } from './reference.ts';
import { openSession } from './session.ts';

/** HashiCorp Vault and OpenBao, by their HTTP API: `vault://mount/path#field`, and vals' `ref+vault://mount/path#/field`. */
export const vault: Provider = {
  name: 'Vault',
  check: (reference) => void parseReference(reference),
  open: (host) => openSession(host),
};
