import type { FileServer } from './server.ts';

/** What `serve` and `http-server` say of files that older tables of nginx do not know. */
const types = [
  'application/javascript mjs;',
  'application/json map;',
  'application/manifest+json webmanifest;',
  'text/markdown md;',
];

/** Types that both servers call UTF-8; nginx adds text/html itself. */
const text =
  'text/css text/plain text/markdown text/javascript application/javascript application/json application/manifest+json';

/**
 * The settings by which nginx answers as the server did, without root: what it writes lies in /tmp.
 *
 * The two differ in folders and in paths without an ending, and `serve` follows no links. Sources: both servers run side by
 * side with nginx (test/docker/ecosystems.test.ts), and nginx's own reference.
 */
export function nginxSettings({ program, folder, port, singlePage }: FileServer): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path /tmp/${name};`,
  );
  const files = filesTried(program, singlePage);
  return [
    'worker_processes auto;',
    'pid /tmp/nginx.pid;',
    'error_log /dev/stderr warn;',
    'events {}',
    'http {',
    ...indented([
      'include /etc/nginx/mime.types;',
      'default_type application/octet-stream;',
      'access_log /dev/stdout;',
      'server_tokens off;',
      'charset utf-8;',
      `charset_types ${text};`,
      ...(program === 'serve' ? ['gzip on;', 'gzip_vary on;', `gzip_types ${text} image/svg+xml;`] : []),
      ...temporary,
      'server {',
      ...indented([
        `listen ${port};`,
        `root ${folder};`,
        'absolute_redirect off;',
        ...(program === 'serve' ? [`disable_symlinks on from=${folder};`] : []),
        ...(singlePage ? [] : ['error_page 404 /404.html;']),
        `location / { try_files ${files}; }`,
        `location ~ "\\.(?:mjs|map|webmanifest|md)$" {`,
        ...indented([`types { ${types.join(' ')} }`, `try_files ${files};`]),
        '}',
      ]),
      '}',
    ]),
    '}',
  ].join('\n');
}

function filesTried(program: FileServer['program'], singlePage: boolean): string {
  if (singlePage) return '$uri /index.html';
  return program === 'serve' ? '$uri $uri.html $uri/index.html =404' : '$uri $uri/ $uri.html =404';
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
