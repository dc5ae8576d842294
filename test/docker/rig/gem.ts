import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/**
 * A gem of pure Ruby, as `gem build` would pack it.
 *
 * Format: a tar of `metadata.gz`, the specification in YAML, and `data.tar.gz`, the files (rubygems/package.rb).
 */
export async function gemFile(name: string, version: string, files: Readonly<Record<string, string>>): Promise<Buffer> {
  const specification = [
    '--- !ruby/object:Gem::Specification',
    `name: ${name}`,
    'version: !ruby/object:Gem::Version',
    `  version: ${version}`,
    'platform: ruby',
    'authors: []',
    'summary: an example',
    'require_paths:',
    '- lib',
    'files:',
    ...Object.keys(files).map((path) => `- ${path}`),
    'dependencies: []',
    'rubygems_version: 3.3.5',
    'specification_version: 4',
    '',
  ].join('\n');
  return tar({ 'metadata.gz': gzipSync(specification), 'data.tar.gz': gzipSync(await tar(files)) });
}

async function tar(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [path, content] of Object.entries(files)) archive.entry({ name: path, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(archive);
}
