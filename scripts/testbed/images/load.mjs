import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { blobsOf } from './build.mjs';
import { blobPath, imagesFolder, storeJson } from './store.mjs';

const indexType = 'application/vnd.oci.image.index.v1+json';

/**
 * Loads images from the cache into an engine, under all their tags.
 *
 * The archive is both an OCI layout (read by the containerd store, with all platforms) and a docker archive (read by the
 * graphdriver stores, this machine's platform only), as `docker save` writes it since 25.
 *
 * @param {Record<string, string>} env
 * @param {readonly import('./build.mjs').BuiltImage[]} images
 */
export async function loadImages(env, images) {
  const folder = await mkdtemp(join(imagesFolder(), '.load-'));
  try {
    const indexes = [];
    const blobs = new Set(images.flatMap(blobsOf));
    for (const image of images) {
      const top = await topDescriptor(image);
      blobs.add(blobPath(top.digest));
      for (const tag of image.tags) {
        const annotations = {
          'io.containerd.image.name': tag.includes('/') ? tag : `docker.io/library/${tag}`,
          'org.opencontainers.image.ref.name': tag.split(':')[1],
        };
        indexes.push({ ...top, annotations });
      }
    }
    await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    const index = { schemaVersion: 2, mediaType: indexType, manifests: indexes };
    await writeFile(join(folder, 'index.json'), JSON.stringify(index));
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(images.map(dockerManifest)));
    const parts = ['-C', folder, 'oci-layout', 'index.json', 'manifest.json', '-C', imagesFolder(), ...blobs];
    const tar = spawn('tar', ['-cf', '-', ...parts], { stdio: ['ignore', 'pipe', 'inherit'] });
    await run('docker', ['load', '--quiet'], { env, stdin: tar.stdout });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function topDescriptor(image) {
  if (image.otherPlatforms.length === 0) return withPlatform(image);
  const manifests = [image, ...image.otherPlatforms].map(withPlatform);
  return await storeJson(indexType, { schemaVersion: 2, mediaType: indexType, manifests });
}

function withPlatform({ manifest, architecture }) {
  return { ...manifest, platform: { architecture, os: 'linux' } };
}

function dockerManifest({ config, layers, tags }) {
  return { Config: blobPath(config.digest), RepoTags: tags, Layers: layers.map(({ digest }) => blobPath(digest)) };
}
