import { describe, expect, test } from '@jest/globals';
import { runtimeOf, splitProject, splitText } from './split-project.ts';

const lock = '[[package]]\nname = "server"\n\n[[package]]\nname = "linux-raw-sys"\n';
const files = { 'Cargo.toml': '', 'Cargo.lock': lock, 'src/main.rs': '' };

const dockerfile = `FROM rust:1.90-slim-bookworm
WORKDIR /app
RUN apt-get update && apt-get install -y pkg-config libssl-dev
COPY . .
RUN cargo build --release --locked
ENV RUST_LOG=info
CMD ["./target/release/server", "--port", "8080"]
`;

test('the program goes onto the same release of Debian, with certificates, and the build fails when a library is missing', () => {
  const text = splitText(dockerfile, files);
  expect(text).toContain(
    'RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/usr/local/cargo/git cargo build',
  );
  expect(runtimeOf(text)).toBe(`FROM debian:bookworm-slim
USER 65534:65534
WORKDIR /app
ENV RUST_LOG=info
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /app/target/release/server /app/target/release/server
RUN ! ldd /app/target/release/server | grep "not found"
CMD ["./target/release/server", "--port", "8080"]
`);
});

test('Alpine, a target, and a program that was installed', () => {
  const alpine = dockerfile.replace('1.90-slim-bookworm', '1.90-alpine3.22').replace(/RUN apt.*\n/, '');
  const target = alpine
    .replace('--locked', '--target x86_64-unknown-linux-musl')
    .replace('target/', 'target/x86_64-unknown-linux-musl/');
  expect(runtimeOf(splitText(target, files))).toContain(
    'FROM alpine:3.22\nUSER 65534:65534\nWORKDIR /app\nENV RUST_LOG=info\nCOPY --from=build /app/target/x86_64-unknown-linux-musl/release/server',
  );
  const installed = dockerfile
    .replace('build --release', 'install --path .')
    .replace('./target/release/server', 'server');
  expect(runtimeOf(splitText(installed, files))).toContain(
    'COPY --from=build /usr/local/cargo/bin/server /usr/local/bin/server\n',
  );
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['base-image', dockerfile.replace('-slim-bookworm', '')],
    ['base-image', dockerfile.replace('1.90-slim-bookworm', 'alpine')],
    ['artifact', dockerfile.replace('--release', '')],
    ['artifact', dockerfile.replace('--locked', '--target-dir /out')],
    ['artifact', dockerfile.replace('./target/release/server', '/usr/bin/server')],
    ['system-step', dockerfile.replace('libssl-dev', 'ffmpeg')],
    ['system-step', dockerfile.replace('COPY . .', 'COPY . .\nRUN cargo run --bin make-data')],
    ['user', dockerfile.replace('CMD', 'USER app\nCMD')],
  ])('%s', (refused, text) => {
    expect(splitProject(text, files)).toMatchObject({ refused });
  });

  test('lockfile, linked libraries, files that are no source', () => {
    expect(splitProject(dockerfile, { 'Cargo.toml': '' })).toMatchObject({ refused: 'lockfile' });
    const linked = { ...files, 'Cargo.lock': `${lock}[[package]]\nname = "openssl-sys"\n` };
    expect(splitProject(dockerfile, linked)).toMatchObject({
      refused: 'native-library',
      why: expect.stringContaining('openssl-sys'),
    });
    expect(splitProject(dockerfile, { ...files, 'static/a.css': '' })).toMatchObject({ refused: 'assets' });
  });
});
