import type { ProjectFiles, Refusal } from '../ecosystem.ts';
import { refuse } from '../template/refuse.ts';

/**
 * Crates named `-sys` that link nothing on Linux but what the C library has, or bring their source and link that.
 *
 * By Cargo's convention a crate that links a library is named so. Sources: the build scripts of these crates.
 */
const harmless =
  /^(?:linux-raw|windows|js|web|core-foundation|security-framework|libc|errno-dragonfly|system-configuration|wasi|ndk|jni|fsevent|inotify|dirs|tikv-jemalloc|jemalloc|libmimalloc|zstd|lz4|bzip2|ring-core|aws-lc|aws-lc-fips|mio|io-kit|objc)-sys$/;

/** Refuses a project without lockfile, or one whose crates may link libraries that the runtime image lacks. */
export function checkLibraries(files: ProjectFiles): Refusal | undefined {
  const lock = files.list.includes('Cargo.lock') ? files.text('Cargo.lock') : undefined;
  if (lock === undefined) {
    return refuse(
      'lockfile',
      'Cargo.lock is not in the build context.',
      'Commit Cargo.lock, and do not leave it out by the ignore file.',
    );
  }
  const names = [...lock.matchAll(/^name = "([^"]+)"\r?$/gm)].map(([, name = '']) => name);
  const linked = names.find((name) => name.endsWith('-sys') && !harmless.test(name));
  if (linked === undefined) return undefined;
  return refuse(
    'native-library',
    `The crate ${linked} may link a library that the runtime image does not have.`,
    'Use a crate that is Rust throughout, such as rustls, or write the stages by hand and install the library.',
  );
}
