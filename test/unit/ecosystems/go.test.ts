import { describe, expect, test } from '@jest/globals';
import { runtimeOf, splitProject, splitText } from './split-project.ts';

const dockerfile = `# what the team ships
FROM golang:1.22-alpine
ENV CGO_ENABLED=0 PORT=8080
WORKDIR /src
RUN apk add --no-cache make ca-certificates
COPY go.mod go.sum ./
RUN --mount=type=secret,id=GOAUTH,env=GOAUTH,required=true go mod download
COPY . .
RUN go build -trimpath -o /src/bin/server ./cmd/server && rm -rf /tmp/x
EXPOSE 8080
ENTRYPOINT ["/src/bin/server"]
`;

const files = {
  'go.mod': 'module example.com/server\n',
  'go.sum': '',
  'cmd/server/main.go': 'package main\n\n//go:embed web all:more/*.html\nvar web embed.FS\n',
  'cmd/server/web/index.html': '',
  'cmd/server/more/a.html': '',
  'README.md': '',
  '.dockerignore': '',
};

test('the static program goes into an image without shell, as a user of its own; secrets and caches stay in the build', () => {
  expect(splitText(dockerfile, files)).toBe(`# what the team ships
FROM golang:1.22-alpine AS build
ENV CGO_ENABLED=0 PORT=8080
WORKDIR /src
RUN apk add --no-cache make ca-certificates
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build --mount=type=secret,id=GOAUTH,env=GOAUTH,required=true go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -trimpath -o /src/bin/server ./cmd/server && rm -rf /tmp/x
EXPOSE 8080
ENTRYPOINT ["/src/bin/server"]

FROM gcr.io/distroless/static-debian12:nonroot
USER 65532:65532
ENV CGO_ENABLED=0 PORT=8080
WORKDIR /src
EXPOSE 8080
COPY --from=build /src/bin/server /src/bin/server
ENTRYPOINT ["/src/bin/server"]
`);
});

test('cgo may be switched off in the RUN, a path may be relative, and a USER by number stays', () => {
  const other = dockerfile
    .replace('ENV CGO_ENABLED=0 PORT', 'ENV PORT')
    .replace('go build -trimpath -o /src/bin/server', 'CGO_ENABLED=0 GOOS=linux go build -o=bin/server')
    .replace('ENTRYPOINT ["/src', 'USER 10001\nENTRYPOINT ["./')
    .replace('.//bin', './bin');
  const runtime = runtimeOf(splitText(other, files));
  expect(runtime).toContain(
    'COPY --from=build /src/bin/server /src/bin/server\nUSER 10001\nENTRYPOINT ["./bin/server"]',
  );
  expect(runtime).not.toContain('65532');
});

test('a cache of the Dockerfile’s own stays the only one', () => {
  const own = dockerfile.replace(
    'RUN go build',
    'RUN --mount=type=cache,target=/root/.cache --mount=type=cache,dst=/go/pkg go build',
  );
  expect(splitText(own, files)).toContain(
    '\nRUN --mount=type=cache,target=/root/.cache --mount=type=cache,dst=/go/pkg go build',
  );
});

test('an old frontend and a user who is not root get no cache', () => {
  expect(splitText(`# syntax=docker/dockerfile:1.1\n${dockerfile}`, files)).not.toContain('type=cache');
  expect(splitText(dockerfile.replace('COPY go.mod', 'USER 1000\nCOPY go.mod'), files)).not.toContain('type=cache');
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['base-image', dockerfile.replace('golang:', 'example.com/golang:')],
    ['base-image', dockerfile.replace('-alpine', `-alpine@sha256:${'0'.repeat(64)}`)],
    ['onbuild', dockerfile.replace('EXPOSE', 'ONBUILD RUN ls\nEXPOSE')],
    ['shell', dockerfile.replace('WORKDIR', 'SHELL ["/bin/zsh", "-c"]\nWORKDIR')],
    ['workdir', dockerfile.replace('WORKDIR /src\n', '')],
    ['start-command', dockerfile.replace('["/src/bin/server"]', '/src/bin/server --port 80')],
    ['start-command', dockerfile.replace('["/src/bin/server"]', '["server"]')],
    ['start-command', dockerfile.replace(/ENTRYPOINT.*/, '')],
    ['artifact', dockerfile.replace('["/src/bin/server"]', '["/src/bin/other"]')],
    ['artifact', dockerfile.replace('go build', 'cd cmd && go build').replace('-o /src/bin', '-o bin')],
    ['artifact', dockerfile.replace('-o /src/bin/server', '-o $OUT')],
    ['cgo', dockerfile.replace('CGO_ENABLED=0 ', '')],
    ['cgo', dockerfile.replace('ENV CGO_ENABLED=0', 'ARG CGO_ENABLED=0\nENV')],
    ['cgo', dockerfile.replace('go build', 'CGO_ENABLED=1 go build')],
    ['cgo', dockerfile.replace('CGO_ENABLED=0 ', '').replace('go build', 'echo CGO_ENABLED=0 && go build')],
    ['base-image', dockerfile.replace('FROM ', 'FROM \\\n  ')],
    ['workdir', dockerfile.replace('WORKDIR /src', 'WORKDIR "/my src"')],
    ['volume', dockerfile.replace('EXPOSE', 'VOLUME /data\nEXPOSE')],
    ['static-program', dockerfile.replace('-trimpath', '-race')],
    ['static-program', dockerfile.replace('-trimpath', '-buildmode=pie')],
    ['system-step', dockerfile.replace('apk add --no-cache make', 'apk add --no-cache ffmpeg')],
    ['system-step', dockerfile.replace('COPY . .', 'COPY . .\nRUN mkdir /src/data')],
    ['system-step', dockerfile.replace('COPY . .', 'COPY . .\nRUN go run gen.go > /etc/data')],
    ['system-step', dockerfile.replace('COPY . .', 'COPY . .\nRUN ./build.sh')],
    ['system-step', dockerfile.replace('COPY . .', 'COPY . .\nRUN go generate ./...')],
    ['copy-elsewhere', dockerfile.replace('COPY . .', 'COPY . .\nADD https://example.com/geo.db /geo.db')],
    ['copy-elsewhere', dockerfile.replace('COPY . .', 'COPY . .\nCOPY --from=example.com/tools /bin/x /bin/x')],
    ['copy-elsewhere', dockerfile.replace('COPY . .', 'COPY . .\nCOPY <<EOF /src/settings\nx\nEOF')],
    ['user', dockerfile.replace('EXPOSE', 'USER app\nEXPOSE')],
    ['variable', dockerfile.replace('EXPOSE', 'ENV DATA=$GOPATH/data\nEXPOSE')],
    ['path', dockerfile.replace('EXPOSE', 'ENV PATH=/usr/bin\nEXPOSE')],
    ['healthcheck', dockerfile.replace('EXPOSE', 'HEALTHCHECK CMD curl -f http://localhost/\nEXPOSE')],
  ])('%s', (refused, text) => {
    expect(splitProject(text, files)).toMatchObject({ refused });
  });

  test('files that the program may read, unless they are not copied or built in', () => {
    const asset = { ...files, 'templates/page.html': '' };
    expect(splitProject(dockerfile, asset)).toMatchObject({
      refused: 'assets',
      why: expect.stringContaining('templates/page.html'),
    });
    const narrow = dockerfile.replace('COPY . .', 'COPY cmd ./cmd');
    expect(splitProject(narrow, asset)).toHaveProperty('text');
  });
});

test('lower-case keywords stay lower-case', () => {
  const lower = dockerfile.replace(/^[A-Z]+(?= )/gm, (keyword) => keyword.toLowerCase());
  const text = splitText(lower, files);
  expect(text).toContain('from golang:1.22-alpine as build\n');
  expect(text).toContain('\ncopy --from=build /src/bin/server /src/bin/server\n');
  expect(text).toContain('\nuser 65532:65532\n');
  expect(text).not.toMatch(/^[A-Z]+ /m);
});

test('what is not touched stays byte for byte: blank lines of heredocs, and line ends', () => {
  const odd = dockerfile.replace('EXPOSE', 'RUN <<EOF\necho a\n\n\n\necho b\nEOF\n\n\n\nEXPOSE');
  for (const text of [odd, dockerfile.replaceAll('\n', '\r\n')]) {
    const split = splitText(text, files);
    expect(
      split
        .replace(/ --mount=type=cache\S+/g, '')
        .replace(' AS build', '')
        .startsWith(text.trimEnd()),
    ).toBe(true);
  }
  const windows = splitText(dockerfile.replaceAll('\n', '\r\n'), files);
  expect(windows.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});

test('a file that was split is left alone', () => {
  expect(splitProject(splitText(dockerfile, files), files)).toMatchObject({ refused: 'one-stage' });
});
