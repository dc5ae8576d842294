// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of GitHub Actions
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Needs } from '../../../../src/migrate/ci/needs.ts';
import { type PipelineKind, proposePipeline } from '../../../../src/migrate/ci/propose.ts';

const needs: Needs = {
  root: '/repo',
  context: '/repo',
  dockerfile: '/repo/Dockerfile',
  mounts: [{ id: 'NPM_TOKEN', secret: 'NPM_TOKEN', env: 'NPM_TOKEN' }],
  buildArgs: new Set(['NPM_TOKEN']),
  agent: false,
};

const flag = '--secret id=NPM_TOKEN,env=NPM_TOKEN';

function workflow(...steps: string[]): string {
  return `# ours\non: push   # always\njobs:\n  image:\n    steps:\n${steps.map((line) => `      ${line}\n`).join('')}`;
}

function proposed(source: string, builder: 'docker' | 'safebuild' = 'safebuild', kind: PipelineKind = 'github') {
  return proposePipeline(source, kind, needs, builder);
}

test('a command of a workflow is built with safebuild: its secret is handed over, not passed', () => {
  const before = workflow(
    '- uses: actions/checkout@v4',
    '- name: Build',
    '  run: docker build --build-arg NPM_TOKEN=${{ secrets.NPM_TOKEN }} --build-arg MODE=ci -t app:${{ github.sha }} . # go',
  );
  expect(proposed(before)).toBe(
    workflow(
      '- uses: actions/checkout@v4',
      '- name: Build',
      '  env:',
      '    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}',
      `  run: safebuild build ${flag} --build-arg MODE=ci -t app:\${{ github.sha }} . # go`,
    ),
  );
  expect(proposed(before, 'docker')).toContain(`  run: docker build ${flag} --build-arg MODE=ci `);
});

test('a command over several lines keeps its lines; the variables of the step are kept', () => {
  const before = workflow(
    '- env:',
    '    MODE: ci',
    '  run: |',
    '    set -e',
    '    docker buildx build \\',
    '      --build-arg="NPM_TOKEN=${{ secrets.CI_NPM }}" \\',
    '      --push --tag registry.example.com/app .',
    '    echo done',
  );
  const after = workflow(
    '- env:',
    '    NPM_TOKEN: ${{ secrets.CI_NPM }}',
    '    MODE: ci',
    '  run: |',
    '    set -e',
    `    safebuild build ${flag} \\`,
    '      --push --tag registry.example.com/app .',
    '    echo done',
  );
  expect(proposed(before)).toBe(after);
  expect(proposed(after)).toBe(after);
});

test.each([
  ['the variable of the same name', '--build-arg NPM_TOKEN=$NPM_TOKEN'],
  ['… in quotes', '--build-arg "NPM_TOKEN=${NPM_TOKEN}"'],
  ['no value', '--build-arg NPM_TOKEN'],
])('what the step has already needs no variable: %s', (_name, words) => {
  const before = workflow(`- run: docker build ${words} .`);
  expect(proposed(before)).toBe(workflow(`- run: safebuild build ${flag} .`));
});

test.each([
  ['another folder', '- run: docker build --build-arg NPM_TOKEN other'],
  ['another Dockerfile', '- run: docker build --build-arg NPM_TOKEN -f other.Dockerfile .'],
  ['a folder that nobody knows here', '- run: docker build --build-arg NPM_TOKEN "$DIR"'],
  ['a value of another variable', '- run: docker build --build-arg NPM_TOKEN=$OTHER .'],
  ['a literal value', '- run: docker build --build-arg NPM_TOKEN=abc .'],
  ['a value that is only partly an expression', '- run: docker build --build-arg NPM_TOKEN=x${{ secrets.A }} .'],
  [
    'an expression that YAML could take for something else',
    "- run: docker build --build-arg NPM_TOKEN=${{ 'a #b' }} .",
  ],
  ['a text', '- run: echo "docker build --build-arg NPM_TOKEN ."'],
  ['another step', '- run: npm test'],
])('what cannot be understood is left alone: %s', (_name, step) => {
  expect(proposed(workflow(step))).toBe(workflow(step));
});

test('the working directory counts', () => {
  const before = workflow('- run: docker build --build-arg NPM_TOKEN ..', '  working-directory: ci');
  expect(proposed(before)).toContain(`safebuild build ${flag} ..`);
});

const action = (inputs: readonly string[]) =>
  workflow('- uses: docker/build-push-action@v6 # pinned', '  with:', ...inputs.map((line) => `    ${line}`));

test('docker/build-push-action: the lines of secrets move from build-args to secrets', () => {
  const before = action([
    'push: true',
    'build-args: |',
    '  MODE=ci',
    '  NPM_TOKEN=${{ secrets.NPM_TOKEN }}',
    'tags: a',
  ]);
  const after = action([
    'push: true',
    'build-args: |',
    '  MODE=ci',
    'secrets: |',
    '  NPM_TOKEN=${{ secrets.NPM_TOKEN }}',
    'tags: a',
  ]);
  expect(proposed(before)).toBe(after);
  expect(proposed(before, 'docker')).toBe(after);
  expect(proposed(after)).toBe(after);
});

test('docker/build-push-action: one plain line, and secrets that are there already', () => {
  const plain = action(['build-args: NPM_TOKEN=${{ secrets.NPM_TOKEN }}', 'push: true']);
  expect(proposed(plain)).toBe(action(['secrets: |', '  NPM_TOKEN=${{ secrets.NPM_TOKEN }}', 'push: true']));
  const both = action([
    'push: true',
    'build-args: |',
    '  NPM_TOKEN=${{ secrets.A }}',
    'secrets: |',
    '  B=${{ secrets.B }}',
  ]);
  expect(parse(proposed(both)).jobs.image.steps[0].with).toEqual({
    push: true,
    secrets: 'B=${{ secrets.B }}\nNPM_TOKEN=${{ secrets.A }}\n',
  });
});

test('docker/build-push-action: a field in quotes may go on in the next line, and is left alone', () => {
  const quoted = action(['build-args: |', '  "NPM_TOKEN=a', '  b"']);
  expect(proposed(quoted)).toBe(quoted);
});

test('docker/build-push-action of another Dockerfile is left alone', () => {
  const other = action(['file: other/Dockerfile', 'build-args: NPM_TOKEN=${{ secrets.NPM_TOKEN }}']);
  expect(proposed(other)).toBe(other);
});

test('GitLab: commands of jobs; their variables are there anyway', () => {
  const before =
    'image:\n  script: # ours\n    - docker build --build-arg NPM_TOKEN=$NPM_TOKEN -t app .\n    - docker push app\n';
  expect(proposed(before, 'safebuild', 'gitlab')).toBe(
    `image:\n  script: # ours\n    - safebuild build ${flag} -t app .\n    - docker push app\n`,
  );
  const block = 'image:\n  script: |\n    docker build --build-arg NPM_TOKEN .\n';
  expect(proposed(block, 'docker', 'gitlab')).toContain(`    docker build ${flag} .\n`);
});

test.each([
  '',
  'a: [',
  'jobs: 1\n',
  'jobs: { image: { steps: [{ run: docker build --build-arg NPM_TOKEN=${{ secrets.A }} . }] } }\n',
])('what no edit fits stays as it is: %j', (source) => {
  expect(proposed(source)).toBe(source);
  expect(proposed(source, 'safebuild', 'gitlab')).toBe(source);
});

test('CRLF stays CRLF', () => {
  const before = workflow('- run: docker build --build-arg NPM_TOKEN=${{ secrets.A }} .').replaceAll('\n', '\r\n');
  const after = proposed(before);
  expect(after).toContain('safebuild build');
  expect(after.replaceAll('\r\n', '')).not.toContain('\n');
});

const command = 'docker build --build-arg NPM_TOKEN=$NPM_TOKEN .';

test.each([
  ['a step', 'github', workflow(`- run: cd services/api && ${command}`)],
  ['a shell of its own', 'github', workflow('- run: |', '    pushd api', `    ${command}`)],
  ['a job', 'gitlab', `build:\n  script:\n    - cd api\n    - ${command}\n`],
  ['a script of one text', 'gitlab', `build:\n  script: cd api && ${command}\n`],
  ['what goes before a job', 'gitlab', `build:\n  before_script: [cd api]\n  script:\n    - ${command}\n`],
  [
    'what goes before all jobs',
    'gitlab',
    `default:\n  before_script:\n    - cd api\nbuild:\n  script:\n    - ${command}\n`,
  ],
] as const)('a build in another folder is left alone: cd in %s', (_, kind, source) => {
  expect(proposed(source, 'docker', kind)).toBe(source);
});

test('a cd behind the build changes nothing about it', () => {
  const source = `build:\n  script:\n    - ${command}\n    - cd api\n`;
  expect(proposed(source, 'docker', 'gitlab')).toContain(`docker build ${flag} .`);
});

const passed = 'docker build --build-arg NPM_TOKEN=${{ secrets.A }} .';

test.each([
  ['a step that an alias repeats', workflow('- &build', `  run: ${passed}`, '- *build')],
  ['two builds with two values', workflow(`- run: ${passed} && ${passed.replace('.A', '.B')}`)],
  ['a variable that holds another value', workflow('- env:', '    NPM_TOKEN: x', `  run: ${passed}`)],
  ['another environment', workflow(`- run: sudo ${passed}`)],
  ['a comment behind a line of the action', action(['build-args: NPM_TOKEN=${{ secrets.A }} # why', 'push: true'])],
  ['a comment in the head of a block', action(['build-args: | # why', '  NPM_TOKEN=${{ secrets.A }}', 'push: true'])],
])('%s is left to a person', (_, source) => {
  expect(proposed(source, 'docker')).toBe(source);
});

const agentOnly: Needs = { ...needs, mounts: [], buildArgs: new Set(), agent: true };

test('a build whose steps ask the ssh agent hands it over, once', () => {
  const before = workflow('- run: docker build -t app .', '- run: docker build --ssh default=x.sock -t app .');
  expect(proposePipeline(before, 'github', agentOnly, 'docker')).toBe(
    workflow('- run: docker build --ssh default -t app .', '- run: docker build --ssh default=x.sock -t app .'),
  );
  expect(proposePipeline(before, 'github', agentOnly, 'safebuild')).toContain('safebuild build --ssh default -t app .');
});

test('so does a step of the action, beside its secrets', () => {
  const step = ['- uses: docker/build-push-action@v6', '  with:', '    context: .'];
  expect(proposePipeline(workflow(...step), 'github', agentOnly, 'docker')).toBe(
    workflow(...step.slice(0, 2), '    ssh: default', '    context: .'),
  );
  const told = workflow(...step, '    ssh: default=x.sock');
  expect(proposePipeline(told, 'github', agentOnly, 'docker')).toBe(told);
  const args = ['    build-args: |', '      NPM_TOKEN=${{ secrets.NPM_TOKEN }}'];
  const both = proposePipeline(workflow(...step, ...args), 'github', { ...needs, agent: true }, 'docker');
  expect(both).toBe(
    workflow(
      ...step.slice(0, 2),
      '    ssh: default',
      '    context: .',
      '    secrets: |',
      '      NPM_TOKEN=${{ secrets.NPM_TOKEN }}',
    ),
  );
  // No input that would stay where it is.
  const bare = workflow(...step.slice(0, 2), ...args);
  expect(proposePipeline(bare, 'github', { ...needs, agent: true }, 'docker')).toBe(bare);
});
