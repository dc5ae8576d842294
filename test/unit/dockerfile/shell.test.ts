// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of shells
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { analyseRun, analyseShell, parseDockerfile } from '../../../src/dockerfile/index.ts';

function uses(text: string): string[] {
  return analyseShell(text).uses.map(
    ({ name, quoting, operator = '', nested }) => `${name} ${quoting}${operator}${nested ? ' nested' : ''}`,
  );
}

function programs(text: string): string[] {
  return analyseShell(text).commands.map(({ program, nested }) => `${program}${nested ? ' nested' : ''}`);
}

test.each([
  ['curl -H "Authorization: $A" $B', ['A double', 'B none']],
  ['echo \'$A\' \\$B "\\$C" "\'$D\'"', ['A single', 'B escaped', 'C escaped', 'D double']],
  ['a ${A:-$B} ${C##x} "${D:?}" ${#E} ${!F}', ['A none:-', 'B none', 'C none##', 'D double:?', 'E none#', 'F none!']],
  ['a $(b "$A" $(c $B)) `d $C`', ['A double', 'B none', 'C none']],
  ['x $((A + 1)); [[ -v B ]]; printenv C; export D', ['A none', 'B none', 'C none', 'D none']],
  ['cat <<E\n$A it\'s ${B}\nE\ncat <<"E"\n$C\nE\n', ['A heredoc', 'B heredoc', 'C single']],
  ['cat <<E\n\\$A \\${B}\nE\n', ['A escaped', 'B escaped']],
  ['sh -c \'echo $A\'; bash -ec "echo \\$B $C"', ['A single nested', 'B escaped nested', 'C double nested']],
  ['if [ -n "$A" ]; then for x in $B; do c; done; fi', ['A double', 'B none']],
  ['A=$B C="$D" e > $F', ['B none', 'D double', 'F none']],
  ['a `b \\`c $X\\``', ['X none']],
  ['a $env:A ${env:B} %C% 100% %', ['A single', 'B single', 'C single']],
])('the variables of: %s', (text, expected) => {
  expect(uses(text)).toEqual(expected);
});

test.each(['echo "open $A', "echo 'open $A", 'a && ( $A', 'if $A', 'a $( $A', '${', 'a ${A', '<<E $A', '"`$A'])(
  'a use in text that no shell could parse is not lost: %s',
  (text) => {
    const names = analyseShell(text).uses.map(({ name }) => name);
    expect(names).toEqual(text.includes('A') ? ['A'] : []);
  },
);

test('whatever the text, every variable-like place is a use, and nothing throws', () => {
  const piece = fc.constantFrom(
    '$AB',
    '${AB',
    '}',
    '"',
    "'",
    '`',
    '$(',
    ')',
    '\\',
    ' ',
    '\n',
    '<<E',
    'E',
    ';',
    '&&',
    '|',
    '{',
    '#',
    'if ',
    'sh -c ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('');
      const places = [...text.matchAll(/\$\{?[A-Z]+/g)].map(({ index }) => index);
      const found = new Set(analyseShell(text).uses.map(({ range }) => range.start));
      expect(places.filter((place) => !found.has(place))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['a && b || c; d | e & f', ['a', 'b', 'c', 'd', 'e', 'f']],
  [
    'if a; then b; else { c; }; fi; (d); while e; do f; done; case x in y) g;; esac; h() { i; }',
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'i'],
  ],
  ['/usr/bin/npm ci', ['npm']],
  ['A=1 npm ci', ['npm']],
  ['sudo -u app env -u X A=1 timeout -s 9 5 npm ci', ['sudo', 'env', 'timeout', 'npm']],
  ['time exec nice -n 3 make', ['exec', 'nice', 'make']],
  ["su app -c 'npm ci && a'", ['su', 'npm nested', 'a nested']],
  ['bash -o pipefail -c "a | b"', ['bash', 'a nested', 'b nested']],
  ['eval "npm ci"', ['eval', 'npm nested']],
  ['find . | xargs -n 1 rm', ['find', 'xargs', 'rm']],
  ['bash <<E\nnpm ci\nE\n', ['bash', 'npm nested']],
  ['sudo sh -c "a \'b c\'"', ['sudo', 'sh', 'a nested']],
])('the programs of: %s', (text, expected) => {
  expect(programs(text)).toEqual(expected);
});

test('words lose their quotes and keep their place', () => {
  const text = 'npm config set "//r.example.com/:_authToken" \'${T}\' a\\ b';
  const [command] = analyseShell(text).commands;
  expect(command!.words.map(({ value }) => value)).toEqual([
    'npm',
    'config',
    'set',
    '//r.example.com/:_authToken',
    '${T}',
    'a b',
  ]);
  expect(command!.words.map(({ range }) => text.slice(range.start, range.end))[3]).toBe(
    '"//r.example.com/:_authToken"',
  );
});

test('redirects that write are found, copies of descriptors are none', () => {
  const text = 'a > "x y" 2>&1; b >> ~/.npmrc; { c; } 2> e; d < f; g &> h';
  expect(analyseShell(text).redirects.map(({ target, append, fd }) => [target, append, fd])).toEqual([
    ['x y', false, 1],
    ['~/.npmrc', true, 1],
    ['e', false, 2],
    ['h', false, 1],
  ]);
});

test('assignments tell whether other programs see them', () => {
  const text = 'A=1; B="x y" c; export D E=$F; env G=2 h';
  expect(analyseShell(text).assignments.map(({ name, raw, exported }) => [name, raw, exported])).toEqual([
    ['A', '1', false],
    ['B', '"x y"', true],
    ['D', undefined, true],
    ['E', '$F', true],
    ['G', '2', true],
  ]);
});

test.each([
  ['a && b && c', 1, 'a && c'],
  ['a && b', 1, 'a'],
  ['a && b', 0, 'b'],
  ['a && b; c', 1, 'a; c'],
  ['a; b && c', 1, 'a; c'],
  ['a;\nb', 0, 'b'],
  ['a || b', 0, undefined],
  ['a || b && c', 2, 'a || b'],
  ['a', 0, undefined],
  ['a & b', 1, undefined],
  ['cat <<E && b\nx\nE\n', 0, undefined],
])('of %s, without part %i, remains: %s', (text, index, expected) => {
  const { removal } = analyseShell(text).andLists[index]!;
  expect(removal && text.slice(0, removal.start) + text.slice(removal.end)).toBe(expected);
});

function run(source: string) {
  const instruction = parseDockerfile(`FROM scratch\n${source}`).instructions[1]!;
  const analysis = analyseRun(instruction);
  const at = ({ start, end }: { start: number; end: number }) => `FROM scratch\n${source}`.slice(start, end);
  return { ...analysis, at };
}

test('ranges of a RUN lead back to the source across continuations and comments', () => {
  const { uses, at, commands } = run('RUN a \\\n  # $NO\n  --b="$A" && \\\n  c ${B}\n');
  expect(uses.map(({ range }) => at(range))).toEqual(['$A', '${B}']);
  expect(commands.map(({ program }) => program)).toEqual(['a', 'c']);
});

test('in exec form only a nested shell expands', () => {
  const plain = run('RUN ["npm", "ci", "$A"]\n');
  expect(plain.uses).toMatchObject([{ name: 'A', quoting: 'single' }]);
  expect(plain.uses[0]).not.toHaveProperty('nested');
  const wrapped = run('RUN ["sudo", "sh", "-c", "echo $A"]\n');
  expect(wrapped.uses).toMatchObject([{ name: 'A', nested: true }]);
  expect(wrapped.commands.map(({ program, wraps }) => [program, wraps])).toEqual([
    ['sudo', true],
    ['sh', true],
    ['echo', undefined],
  ]);
});

test('the script of a shell in exec form is read like any RUN', () => {
  const { uses, commands, andLists, outputs, at } = withOutputs(
    'RUN ["/bin/bash", "-eo", "pipefail", "-c", "echo \\"$A\\" > \\"/f\\" && b \'$B\' \\"\\""]\n',
  );
  expect(uses).toMatchObject([
    { name: 'A', quoting: 'double' },
    { name: 'B', quoting: 'single' },
  ]);
  expect(uses.some(({ nested }) => nested)).toBe(false);
  expect(commands.map(({ program }) => program)).toEqual(['bash', 'echo', 'b']);
  expect(andLists.map(({ range }) => at(range))).toEqual(['echo \\"$A\\" > \\"/f\\"', 'b \'$B\' \\"\\"']);
  expect(outputs).toEqual(['/f of echo \\"$A\\" > \\"/f\\"']);
});

test('where output goes: the command or group of each redirect, the members of pipes, heredocs that are data', () => {
  expect(withOutputs('RUN { a | b; } > f 2> e; c >> g\n').outputs).toEqual([
    'f of { a | b; } > f 2> e',
    'e of { a | b; } > f 2> e',
    'g of c >> g',
  ]);
  const { pipelines, at } = run('RUN (a; b) | c "$(d | e)" && f\n');
  expect(pipelines.map((members) => members.map(at))).toEqual([
    ['(a; b)', 'c "$(d | e)"'],
    ['d', 'e'],
  ]);
  const input = run('RUN cat <<X >f && sh <<Y\n$A\nX\nb $B\nY\n');
  expect(input.heredocs.map(({ range, body }) => [input.at(range), input.at(body)])).toEqual([['<<X', '$A\n']]);
  expect(input.commands.map(({ program }) => program)).toEqual(['cat', 'sh', 'b']);
});

function withOutputs(source: string) {
  const analysis = run(source);
  const outputs = analysis.redirects.map(({ target, of }) => `${target} of ${analysis.at(of)}`);
  return { ...analysis, outputs };
}

test.each([
  ['$(', ')'],
  ['${A:-', '}'],
  ['"$(', ')"'],
  ['( ', ' )'],
  ['{ ', '; }'],
  ['if true; then ', '; fi'],
  ['`', ''],
  ['$((', '))'],
  ['f() ', '{ :; }'],
  ['env ', ''],
  ['bash <<E\n', ''],
  ['[[ ( ', ' ) ]]'],
])('of text that is nested 5,000 deep by %s, variables are told, and nothing crashes', (open, close) => {
  const { uses, complete } = analyseShell(`a ${open.repeat(5000)}x $SECRET${close.repeat(5000)}`);
  expect(uses.map(({ name }) => name)).toContain('SECRET');
  expect(complete && /[({]/.test(open)).toBe(false);
});

test('a heredoc is the script when it is all of the command, else it is input of the command', () => {
  const script = run('RUN <<-E\n\tnpm ci $A\nE\n');
  expect(script.commands.map(({ program }) => program)).toEqual(['npm']);
  expect(script.at(script.uses[0]!.range)).toBe('$A');
  const input = run('RUN cat <<E > /x\n$A\nE\n');
  expect(input.uses).toMatchObject([{ name: 'A', quoting: 'heredoc' }]);
  expect(input.redirects).toMatchObject([{ target: '/x' }]);
});

test('the RUN behind ONBUILD is read, other instructions do nothing', () => {
  expect(run('ONBUILD RUN npm ci $A\n').commands.map(({ program }) => program)).toEqual(['npm']);
  expect(run('ENV A=$B\n')).toMatchObject({ uses: [], commands: [] });
});
