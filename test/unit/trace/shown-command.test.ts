import { expect, test } from '@jest/globals';
import { shownCommand } from '../../../src/trace/shown-command.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';

test.each([
  [['buildx', 'build', '--build-arg', `TOKEN=${fake}`, '.'], 'buildx build --build-arg … .'],
  [['build', `--build-arg=TOKEN=${fake}`, '-t', 'app:1', '.'], 'build --build-arg … -t app:1 .'],
  [['--label', `a=${fake}`, '--annotation', `b=${fake}`, 'x'], '--label … --annotation … x'],
  [['--cache-to', `type=s3,secret_access_key=${fake}`], '--cache-to …'],
  [['--secret', 'id=a,env=SAFEBUILD_SECRET_0'], '--secret id=a,env=SAFEBUILD_SECRET_0'],
  [['--secret', `id=a,${fake}`], '--secret id=a,…'],
  [[`--frobnicate=${fake}`], '--frobnicate …'],
  [['--frobnicate', fake, '.'], '--frobnicate … .'],
  [[`-Z${fake}`], '-Z'],
  [[`https://user:${fake}@example.com/x.git?token=${fake}#main`], 'https://…@example.com/x.git?…#main'],
  [
    ['--output', 'type=tar,dest=x.tar', '--platform=linux/arm64'],
    '--output type=tar,dest=x.tar --platform linux/arm64',
  ],
  [['image', 'inspect', '--format', '{{.Id}}', 'app'], 'image inspect --format … app'],
  [['--', '--tag', 'x'], '-- --tag x'],
])('%j is shown as %s', (args, words) => {
  expect(shownCommand(args).join(' ')).toBe(words);
});
