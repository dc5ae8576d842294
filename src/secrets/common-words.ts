// Values that stand in every image for other reasons: to find one proves nothing. Drawn from the defaults of well-known
// images and from the top of public password lists.
const words = new Set(
  `admin administrator root user guest test testing tester demo example sample default secret secrets password passwd pass
  pass1 passw0rd p@ssw0rd password1 password123 admin123 root123 test123 test1234 changeme changeit change_me change-me
  letmein welcome qwerty qwerty123 qwertyuiop abc123 abcdef abcdefg abcdefgh abc12345 iloveyou monkey dragon master
  superuser supersecret super-secret super_secret mysecret my-secret mysecretpassword secretpassword topsecret s3cr3t
  postgres postgresql mysql mariadb mongo mongodb redis rabbitmq elastic elasticsearch kibana minio minioadmin keycloak
  rails django laravel symfony wordpress drupal spring express docker compose vagrant ubuntu debian alpine centos node
  nodejs python ruby java golang localhost local host server client service database db data app application web www
  api backend frontend proxy nginx apache httpd worker cache queue broker storage public private internal external
  development production staging prod stage dev qa ci true false yes no on off none null nil undefined enabled disabled
  token apikey api_key api-key key keys auth basic bearer login username account credentials sandbox placeholder dummy
  foo bar baz foobar hello world helloworld hello-world hunter2 sesame opensesame trustno1 access shadow sunshine
  organization organisation company website homepage email main master latest stable info debug warning error trace
  utf-8 utf8 en_us en_us.utf-8 c.utf-8 posix linux amd64 arm64 x86_64 http https`.split(/\s+/),
);

/** Whether a value is a word that many images hold anyway. Case counts for nothing. */
export function isCommonWord(value: string): boolean {
  return words.has(value.toLowerCase());
}

/** Whether a value is made of one repeated character or a run of neighbours (`aaaaaaaa`, `12345678`, `abcdefgh`). */
export function isRegularRun(value: string): boolean {
  if (value.length < 2) return true;
  const steps = new Set<number>();
  for (let i = 1; i < value.length; i++) {
    // 9 is followed by 0 on a keyboard: 1234567890 is a run.
    const step = value.charCodeAt(i) - value.charCodeAt(i - 1);
    steps.add(value[i - 1] === '9' && value[i] === '0' ? 1 : step);
  }
  return steps.size === 1 && [-1, 0, 1].includes([...steps][0] ?? 9);
}
