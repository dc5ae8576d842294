type Row = readonly [images: RegExp, names: RegExp, suffix: string];

// Of each image its own documentation: what its entrypoint reads from a file instead.
const table: readonly Row[] = [
  [/^postgres$/, /^POSTGRES_(?:PASSWORD|USER|DB|INITDB_ARGS)$/, '_FILE'],
  [/^mysql$/, /^MYSQL_(?:ROOT_)?PASSWORD$/, '_FILE'],
  [/^mariadb$/, /^(?:MARIADB|MYSQL)_(?:ROOT_)?PASSWORD(?:_HASH)?$/, '_FILE'],
  [/^mongo$/, /^MONGO_INITDB_ROOT_(?:PASSWORD|USERNAME)$/, '_FILE'],
  [/^wordpress$/, /^WORDPRESS_(?:DB_\w+|\w+_(?:KEY|SALT))$/, '_FILE'],
  [/^redmine$/, /^REDMINE_(?:DB_PASSWORD|SECRET_KEY_BASE)$/, '_FILE'],
  [/^nextcloud$/, /^(?:(?:POSTGRES|MYSQL|NEXTCLOUD_ADMIN|REDIS_HOST)_PASSWORD|SMTP_PASSWORD)$/, '_FILE'],
  [/^grafana\/grafana(?:-oss|-enterprise)?$/, /^GF_\w+$/, '__FILE'],
];

/** The variable that names a file with the value of `name`, where the image is known to read it; undefined elsewhere. */
export function fileVariable(image: string, name: string): string | undefined {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const short = repository.replace(/^(?:docker\.io\/)?(?:library\/)?/, '');
  const row = table.find(([images, names]) => images.test(short) && names.test(name));
  return row && `${name}${row[2]}`;
}
