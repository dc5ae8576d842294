import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Maven repository on loopback that answers no one without its login. */
export interface MavenRepository {
  /** Without a slash at its end. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts a private Maven repository with `com.example:greeting:1.0.0@txt`, a text without anything else.
 *
 * A repository is a folder of files behind HTTP. Source: the layout that Maven calls `default`.
 */
export async function startMavenRepository(login: {
  user: string;
  password: string;
  greeting: string;
}): Promise<MavenRepository> {
  const expected = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const folder = '/releases/com/example/greeting/1.0.0';
  const files = new Map([
    [`${folder}/greeting-1.0.0.pom`, pom],
    [`${folder}/greeting-1.0.0.txt`, login.greeting],
  ]);
  const server = createServer(({ headers, url = '', method }, response) => {
    const content = files.get(url);
    if (headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="private repository"' }).end();
    } else if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': content.length }).end(method === 'HEAD' ? undefined : content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>greeting</artifactId>
  <version>1.0.0</version>
  <packaging>txt</packaging>
</project>
`;
