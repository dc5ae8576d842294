// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of shells
import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../src/finding.ts';
import { runRules } from '../../../src/rules/index.ts';
import { type Case, contextOf } from './case.ts';

/** What is said of a RUN that uses the ARG `T`, behind the two lines above it. */
function told(run: string, more: Partial<Case> = {}): string[] {
  const given: Case = { about: '', secrets: { T: null }, expect: { findings: [] }, ...more };
  const findings = runRules(contextOf(`FROM debian:12\nARG T\n${run}\n`, given));
  return findings.filter(({ rule }) => rule !== 'arg-secret').map(shortly);
}

function shortly({ rule, level, needsPerson }: Finding): string {
  return `${rule}${needsPerson ? ' person' : ''}${level === 'error' ? '' : ` ${level}`}`;
}

const uses = 'curl -H "A: $T" https://example.com';

describe('what writes the value into a file that stays is told', () => {
  test.each([
    ['exec > f; echo $T'],
    ['exec >f && echo "$T" && exec >/dev/null'],
    ['exec 3>f; echo $T >&3'],
    ['cat /root/.netrc | wc; echo "machine example.com password $T" > /root/.netrc; true'],
    ['{ echo $T >&3; } 3>f'],
    ['echo "$T" | openssl rsa -out /etc/key.pem'],
    ['openssl base64 -in /dev/stdin -out f <<< "$T"'],
    ['tr -d " " <<< "$T" > f'],
    ['perl -pe "s/X/$T/" a > f'],
    ["perl -pi -e 's/X/$ENV{T}/' f"],
    ['awk \'{gsub(/X/,ENVIRON["T"])}1\' a > f'],
    ['awk -i inplace -v t="$T" \'{gsub(/X/,t)}1\' f'],
    ['awk -v t="$T" \'BEGIN{print t > "f"}\''],
    ["jq '.token=env.T' a.json > b.json"],
    ["jq -n '{t:$ENV.T}' > b.json"],
    ["yq -i '.token = strenv(T)' a.yml"],
    ["envsubst '${T}' < a > b"],
    ['envsubst "\\$T" < a > b'],
    ['crudini --set f a b $T'],
    ['sed -i "s/X/$T/" f g && rm g'],
    ['read -r x <<< "$T"; echo $x > f'],
    ['printf -v x "%s" "$T" && echo $x > f'],
    ['printf "a\\n$T\\n.\\nw\\n" | ed f'],
  ])('%s', (run) => {
    expect(told(`RUN ${run}`)).toEqual(['persisted-secret person']);
  });

  test.each([
    ['env > f'],
    ['printenv > f'],
    ['set > f'],
    ['export -p > f'],
    ['declare -px > f'],
    ['env | sort | tee f'],
    ['cat /proc/self/environ > f'],
  ])('all variables, in a step that gets a secret: %s', (run) => {
    expect(told(`RUN ${uses} && ${run}`)).toEqual(['persisted-secret person']);
    expect(told(`RUN --mount=type=secret,id=T,env=T ${run}`)).toEqual(['persisted-secret person']);
  });

  test('all that a template names', () => {
    const run = 'RUN envsubst < a.tmpl > b';
    expect(told(run, { files: { 'a.tmpl': { mentions: ['T'] } } })).toEqual(['persisted-secret person']);
    expect(told(run, { files: { 'README.md': { mentions: ['T'] } } })).toEqual([]);
  });

  test.each([
    ['cp /run/secrets/T /app/token'],
    ['install -m 600 -o app /run/secrets/T /root/.npmrc'],
    ['cat /run/secrets/T > /app/token'],
    ['tee /app/token < /run/secrets/T >/dev/null'],
    ['X=$(cat /run/secrets/T) && echo $X > f'],
    ['X="$(tr -d " " < /run/secrets/T)" && echo $X > f'],
    ['dd if=/run/secrets/T of=f'],
  ])('the file of a mount of the user: %s', (run) => {
    const mounted = `RUN --mount=type=secret,id=T ${run}`;
    expect(told(mounted)).toEqual(['persisted-secret person']);
    const elsewhere = mounted.replaceAll('/run/secrets/T', '/etc/t').replace('id=T', 'id=T,target=/etc/t');
    expect(told(elsewhere)).toEqual(['persisted-secret person']);
  });
});

describe('what keeps the value of its own accord is told', () => {
  test.each([
    ['git clone -c http.extraheader="Authorization: Bearer $T" https://example.com/a/b.git'],
    ['printf "host=example.com\\npassword=$T\\n" | git credential approve'],
    ['uv auth login example.com --token $T'],
    ['pdm config pypi.url https://x:$T@example.com/simple'],
    ['echo "$T" | gcloud auth activate-service-account --key-file=-'],
    ['glab auth login --token $T'],
    ['echo $T | cargo login'],
    ['echo "$T" | base64 -d | gpg --batch --import'],
    ['echo "* * * * * T=$T x" | crontab -'],
    ['terraform init -backend-config="token=$T"'],
    ['go env -w GOPROXY=https://u:$T@example.com'],
    ['cmake -DTOKEN=$T .'],
    ['go build -ldflags "-X main.token=$T" ./...'],
    ['touch "/tmp/$T"'],
  ])('%s', (run) => {
    expect(told(`RUN ${run}`)).toEqual(['tool-login person']);
  });

  test.each([
    ['URL=https://$T@example.com/a/b.git && git clone $URL'],
    ['git clone $T'],
    ['git clone https://example.com/$T/b.git && cd b && git fetch'],
    ['poetry add git+https://$T@example.com/a/b.git'],
    ['pipenv install "a @ git+https://$T@example.com/a/b.git"'],
    ['add-apt-repository "deb https://u:$T@example.com/debian bookworm main"'],
  ])('%s', (run) => {
    expect(told(`RUN ${run}`)).toEqual(['git-url-secret person']);
  });

  test.each([
    ['git clone https://$(cat /run/secrets/T)@example.com/a/b'],
    ['export X=$(cat /run/secrets/T) && git clone https://$X@example.com/a/b'],
  ])('from the file of a mount of the user: %s', (run) => {
    const [finding] = told(`RUN --mount=type=secret,id=T ${run}`);
    expect(finding).toMatch(/^git-url-secret/);
  });

  test('a mounted value in the configuration of npm', () => {
    for (const value of ['$T', '$(cat /run/secrets/T)']) {
      const mount = value === '$T' ? 'id=T,env=T' : 'id=T';
      const run = `RUN --mount=type=secret,${mount} npm config set //registry.example.com/:_authToken=${value} && npm ci`;
      expect(told(run)).toEqual(['tool-login person']);
    }
  });
});

describe('code that no rule reads', () => {
  test.each([
    ["python -c \"open('f','w').write('$T')\""],
    ['python3 -c \'import os; print(os.environ["T"])\' > f'],
    ["python3 - <<EOF\nopen('f','w').write('$T')\nEOF"],
    ['<<EOF\n#!/usr/bin/env python3\nimport os\nopen("f", "w").write(os.environ["T"])\nEOF'],
    ["node -e \"require('fs').writeFileSync('f', process.env.T)\""],
    ["node -p 'process.env.T' > f"],
    ['ruby -e \'File.write("f", ENV["T"])\''],
    ['php -r \'file_put_contents("f", getenv("T"));\''],
  ])('is warned of where it may write the value: %s', (run) => {
    expect(told(`RUN ${run}`)).toEqual(['persisted-secret warning']);
  });

  test.each([
    ['cmd", "/S", "/C', 'echo %T% > f.txt', ' person'],
    ['cmd", "/V:ON", "/C', 'echo !T! > f.txt', ' person'],
    ['cmd", "/S", "/C', 'nuget sources add -Name x -Source https://example.com -Password %T%', ' person'],
    ['powershell", "-Command', 'Set-Content f.txt $env:T', ' person'],
    ['pwsh", "-c', 'Invoke-WebRequest https://example.com -Headers @{A="Bearer $env:T"} -OutFile x.zip', ' warning'],
  ])('of the shells of Windows is never silently fine: %s %s', (shell, run, level) => {
    expect(told(`SHELL ["${shell}"]\nRUN ${run}`)).toEqual([`persisted-secret${level}`]);
  });
});

test('cmd is the shell of a base image of Windows', () => {
  const source = 'FROM example.com/windows/servercore:ltsc2022\nARG T\nRUN echo %T% > f.txt\nRUN echo %PATH%\n';
  const findings = runRules(contextOf(source, { about: '', secrets: { T: null }, expect: { findings: [] } }));
  expect(findings.filter(({ rule }) => rule !== 'arg-secret').map(shortly)).toEqual(['persisted-secret person']);
});

describe('what leaves nothing behind is no finding', () => {
  test.each([
    ['exec >/dev/null; echo $T'],
    ['exec 3>f; echo hi >&3; curl -H "A: $T" https://example.com'],
    ['exec 3>f; echo $T >&3; rm f'],
    ['(exec > f; echo hi); echo $T'],
    ['{ exec > f; } >g; echo $T | sha256sum'],
    ['exec 2>err.log; curl -fsS -H "A: $T" https://example.com/x'],
    ['env > f'],
    [`${uses} && env > /tmp/e && rm /tmp/e`],
    [`${uses} && env FOO=1 make > /app/log.txt`],
    [`${uses} && export X=1 && { set -e; export Y=$T; echo hi; } > f`],
    ['envsubst \'$HOST\' < a > b && curl -u "$T" https://example.com'],
    ['openssl pkcs12 -in a.p12 -passin "pass:$T" -nokeys -out ca.pem'],
    ['echo x | openssl dgst -sha256 -hmac "$T" -out sig'],
    ['echo "$T" | openssl enc -aes-256-cbc -pass file:p -out f'],
    ['export H=$(echo $T | sha256sum) && echo $H > f'],
    ['git -c http.extraheader="Authorization: Bearer $T" clone https://example.com/a/b.git'],
    ['git -c url."https://$T@example.com/".insteadOf=https://example.com/ submodule update --init'],
    ['curl -fsSLo x.tgz -u "me:$T" https://example.com/x.tgz'],
    ['gpg --batch --passphrase "$T" --import key.asc'],
    ['echo "$T" | gpg --batch --import --passphrase-fd 0 key.asc'],
    ['wget --user=u --password=$T https://example.com/x.tgz'],
    [
      'printf "machine example.com password %s" "$T" > /tmp/n && curl --netrc-file /tmp/n -O https://example.com/x && rm /tmp/n',
    ],
    ['python -c "import urllib.request as u; print(u.urlopen(\'https://example.com/?k=$T\').status)"'],
    ['python3 -c \'import os; print(os.environ["T"])\' > /tmp/f && rm /tmp/f'],
    ['echo "process.env.T" > app.js'],
    ['docker login -u u -p $T registry.example.com && docker logout registry.example.com'],
    // Docker expands nothing in the exec form, and bash does not look into $0: the file holds `$T` itself.
    ['["bash","-c","echo $0 > f","$T"]'],
    ['["echo","$T"]'],
  ])('%s', (run) => {
    expect(told(`RUN ${run}`)).toEqual([]);
  });

  test.each([
    ['ln -s /run/secrets/T /root/.npmrc && npm ci'],
    ['curl -H "A: $(cat /run/secrets/T)" https://example.com -o x && test -s /run/secrets/T'],
    ['cp /run/secrets/T /tmp/t && x --from /tmp/t && rm /tmp/t'],
    ['cp a /run/secrets/T.d/x'],
    ['sha256sum /run/secrets/T > f'],
    ['git -c http.extraheader="A: $(cat /run/secrets/T)" clone https://example.com/a/b'],
  ])('with the file of a mount: %s', (run) => {
    expect(told(`RUN --mount=type=secret,id=T ${run}`)).toEqual([]);
  });
});
