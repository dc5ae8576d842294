import { createHash } from 'node:crypto';

/** SHA-256 of private keys that a program carries to test itself with or to show, so that whoever has the program has them. */
const published = new Set([
  // libgnutls.so.30, lib/crypto-selftests-pk.c: in every Debian and Ubuntu image with apt.
  '87e288dc7dbc29a24241b596ec8c84f949d9f09f34fc0cf69242481fb2274770',
  'd245e52c341a76645e1b0e56c58dc964cd4f3ecaea64a9c6d6db9897d4948a8a',
  '0294b4406902e33bb02f89eaf4c691328790d7a9cd01b873d68edac994f310a1',
  '60c323abe4854b03743005874156ef6e0343bc9c05c09a2a43335cdda19342b3',
  '995b8d5b08ac126a74f39d812fc8cce270d026093d810f366de923bb0fe47f60',
  '09416ba3e0782523c56225fb168cd58cda7796e938db1b53f79b6abbaed2bbc7',
  '7e38af7715bbb425a6aa8060b7c0af60aeb81d39975c55e83edcb9eae7a5e9f8',
  '458022ddcb5598b39253bc027eb02c4f3dba00e2bdbaef239a35bc91c9bd4f3a',
  '09f1c1a4680df80b9e8e6e587d3a787de7402a919e366426ad807a1c0f8c98c1',
  '2859ff03b44c8f0e4f96604b8cced325ef4d01ca935422b2041d88d8809f8fa1',
  // netty, handler/ssl/SslUtils.java, with which it asks what the JDK can do: in most Java images.
  '9186408b8399cd7bd95651a76d3f603b0b91631f5e6a226ef057cc48b4224398',
  // google-http-client, testing/json/webtoken/TestCertificates.java.
  'a0757796dab4f4851a25c8c51fdbacc7431d86bc777aa38bd50cc230417935b3',
  '04fb5ba76efffe3861a2139869bdb2673adb37d1344585fb4dd866d9e78b953d',
  // gRPC, testing/src/main/resources/certs.
  '5072fcd836e9a8ef628119d298668402f1f8f1c131aa496c0a9846eddaf4d44c',
  '19a067c97469388aea6dfe9ba382e3d0c1ad32c926272a4ecc8da9285908e26f',
  '1ef316b5d2ca4f98a60cb765d57987202852078506cbb45adb6f5c8bbe5058b2',
  '48f08cb09f8d0d3f6b78e0693acc292247c1e55b7ff05bd3a5195e5d86f733d9',
  '373df034e7a76d0df87357255f5892a42b3a927f6ca960840fadf2ff57d2d88f',
  '404f9e811ce5f099d07c4621fecfe8e1ea39750487038afcc9c334a37d68650d',
  '7de1d1cbede97e1995ccd1d88126627937b7ea8ac2a7c7b508db26eb62723201',
  // The key that age-keygen prints in its help, behind its prefix.
  '8729516a7ee475eddd4e137649c24a1dc96ef17731810a5b2ea2585ab6c862dd',
]);

/** Whether everybody has this key already: the decoded body of one in PEM, or what varies of a token. */
export function isPublishedKey(key: Uint8Array | string): boolean {
  return published.has(createHash('sha256').update(key).digest('hex'));
}
