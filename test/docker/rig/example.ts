import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));

/**
 * Copies `examples/<name>` to `folder`, and makes it ready for a person who has the secrets.
 *
 * `replacements` go into every Dockerfile, e.g. the address of a private registry on loopback for `npm.example.com`;
 * `files` are what only that person has: `.env`, `secrets.txt`.
 */
export async function copyExample(
  name: string,
  folder: string,
  { replacements = {}, files = {} }: { replacements?: Record<string, string>; files?: Record<string, string> } = {},
): Promise<void> {
  await cp(join(examples, name), folder, { recursive: true });
  const dockerfile = join(folder, 'Dockerfile');
  let text = await readFile(dockerfile, 'utf8');
  for (const [from, to] of Object.entries(replacements)) text = text.replaceAll(from, to);
  await writeFile(dockerfile, text);
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
}
