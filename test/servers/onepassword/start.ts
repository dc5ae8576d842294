import { type LoopbackServer, type Reply, serveOnLoopback } from '../loopback.ts';

/** What the Connect server has. */
export interface ConnectState {
  token: string;
  vaults: readonly { id: string; name: string; items: readonly ConnectItem[] }[];
  /** By id of the file. */
  contents?: Readonly<Record<string, Uint8Array>>;
}

export interface ConnectItem {
  id: string;
  title: string;
  state?: 'ARCHIVED' | 'DELETED';
  version: number;
  updatedAt: string;
  sections?: readonly { id: string; label: string }[];
  fields?: readonly { id: string; label: string; value?: string; totp?: string; section?: { id: string } }[];
  files?: readonly { id: string; name: string; section?: { id: string } }[];
}

/**
 * Stands for a Connect server of 1Password, which neither npm nor Debian has: the reading of vaults, items and files, with
 * the documented status codes.
 *
 * https://developer.1password.com/docs/connect/api-reference
 */
export function startConnect({ token, vaults, contents = {} }: ConnectState): Promise<LoopbackServer> {
  return serveOnLoopback((asked) => {
    if (asked.token !== token) return refused(401, 'Invalid token signature');
    const [, vaultId, , itemId, , fileId] = asked.url.pathname.replace(/^\/v1\//, '').split('/');
    if (vaultId === undefined) return { status: 200, json: vaults.map(({ id, name }) => ({ id, name })) };
    const vault = vaults.find(({ id }) => id === vaultId);
    if (vault === undefined) return refused(403, 'vault is not in scope');
    if (itemId === undefined) {
      return { status: 200, json: vault.items.map(({ id, title, state }) => ({ id, title, state })) };
    }
    const item = vault.items.find(({ id }) => id === itemId);
    if (item === undefined) return refused(404, 'item not found');
    if (fileId === undefined) return { status: 200, json: item };
    const bytes = contents[fileId];
    return bytes === undefined ? refused(404, 'file not found') : { status: 200, bytes };
  });
}

function refused(status: number, message: string): Reply {
  return { status, json: { status, message } };
}
