import type { Detection } from './detectors.ts';

/** Where software keeps other people's secrets: to test with, to show, or as part of a package. */
const foreign =
  /(?:^|[/ ])(?:tests?|__tests__|testing|testdata|test[-_]data|test[-_]fixtures?|fixtures?|__fixtures__|mocks?|__mocks__|spec|specs|examples?|samples?|demos?|docs?|documentation|man|third[-_]party|vendor|vendored)\//i;

const packages =
  /(?:^|\/)(?:node_modules\/(?:@[^/]+\/)?[^./@][^/]*\/|(?:site|dist)-packages\/|(?:usr\/)?lib\/python\d[\d.]*\/|gems\/[^/]+\/|pkg\/mod\/)|^usr\/(?:share|include)\//;

/** Cryptographic libraries hold keys to test themselves with at start (FIPS 140-3; GnuTLS, mbed TLS). */
const library = /\.(?:so(?:\.[0-9]+)*|a|o|dylib|dll|lib)$/;

/** What a compiler put into a class came with its source: netty holds test keys in its own, and most Java images hold netty. */
const compiled = /\.class$/;

/** Made by Debian's ssl-cert for services that need any certificate; nobody is meant to trust it. */
const snakeOil = /(?:^|\/)etc\/ssl\/private\/ssl-cert-snakeoil\.key$/;

/** What it is called; its remedy is another than that of other keys. */
export const sshHostKeyTitle = 'an SSH host key';

/** Made when openssh-server is installed: every container of the image has the same. sshd(8), FILES. */
const sshHostKey = /(?:^|\/)etc\/ssh\/ssh_host_[a-z0-9]+_key$/;

/**
 * What a detection is at its place: the path of a file, with the paths of archives that it lies in before it.
 *
 * In the tests, examples and code of packages and in libraries the confidence is `medium` at most: what is there is
 * published.
 */
export function judgePlace(detection: Detection, path: string): Detection {
  if (detection.detector === 'private-key' && sshHostKey.test(path))
    return { ...detection, detector: 'ssh-host-key', title: sshHostKeyTitle };
  const published = [foreign, packages, library, compiled, snakeOil].some((pattern) => pattern.test(path));
  return published ? { ...detection, confidence: 'medium' } : detection;
}
