import { Bed, type Case } from './case.ts';
import { awkward, fake, hexKey } from './values.ts';

/** Cases that instructions make, and those instructions in their order. */
export interface Steps {
  bed: Bed;
  lines: readonly string[];
}

const history = { place: 'config', path: /^\/history\/\d+\/created_by/ } as const;
const setting = (path: string | RegExp, form: string | RegExp = '') => ({ place: 'config', path, form }) as const;

/** Everything by which an instruction writes a value into the image's configuration or its history. */
export function configSteps(): Steps {
  const bed = new Bed('config', 'config');
  const inHistory = (title: string): string => bed.add(title, 'history', [history, { place: 'layer' }]);
  const both = (title: string, path: string | RegExp, value?: string, form?: string | RegExp): string =>
    bed.add(title, 'config and history', [setting(path, form), history], value);
  const awkwardLabel = awkward();
  const lines = [
    `ENV A_SETTING=${both('ENV', /^\/config\/Env\/\d+$/)}`,
    `ENV B_SETTING=${Buffer.from(both('ENV in base64', /^\/config\/Env\/\d+$/, undefined, 'base64')).toString('base64')}`,
    `ENV C_SETTING=${both('ENV, a hex key', /^\/config\/Env\/\d+$/, hexKey())}`,
    `LABEL a=${both('LABEL', '/config/Labels/a')}`,
    `LABEL b='${JSON.stringify({ auth: both('LABEL with JSON', '/config/Labels/b', undefined, 'json') })}'`,
    `LABEL c="${both('LABEL, escaped', '/config/Labels/c', awkwardLabel).replace(/["\\$]/g, '\\$&')}"`,
    `LABEL ${both('name of a LABEL', /^\/config\/Labels\//)}=1`,
    `ARG D_SETTING=${inHistory('ARG with a default')}`,
    `RUN : ${inHistory('literal in RUN')}`,
    `RUN <<EOF\n: ${inHistory('literal in RUN with a heredoc')}\nEOF`,
    `VOLUME /data/${both('VOLUME', /^\/config\/Volumes\//)}`,
    `ONBUILD RUN echo ${both('ONBUILD', '/config/OnBuild/0')}`,
    `HEALTHCHECK CMD wget -q -O - http://localhost/?t=${both('HEALTHCHECK', /^\/config\/Healthcheck\/Test\/1$/)}`,
    `MAINTAINER ci ${bed.add('MAINTAINER', 'author and history', [{ place: 'config', path: '/author' }, history])}`,
    `EXPOSE 80`,
    `WORKDIR /srv/${bed.add('WORKDIR', 'config, history and name of a folder', [setting('/config/WorkingDir'), history, { place: 'layer', path: /^srv\// }])}`,
    `SHELL ["/bin/sh", "-c", "${both('SHELL', /^\/config\/Shell\/2$/)}"]`,
    `USER ${both('USER', '/config/User')}`,
    `ENTRYPOINT ["app", "--token", "${both('ENTRYPOINT', '/config/Entrypoint/2')}"]`,
    `CMD ["--token=${both('CMD', '/config/Cmd/0')}"]`,
  ];
  return { bed, lines };
}

/** A value that is too common to be searched for by itself, under its own name. */
export function weakSteps(): Steps {
  const bed = new Bed('weak value', 'weak');
  const add = (title: string, name: string, value: string, lies: string, expected: Case['expected']): void => {
    bed.cases.push({ group: bed.group, title, name, value, lies, expected });
  };
  add('ENV of its name', 'DATABASE_ADMIN_PASSWORD', 'postgres', 'config and history', [
    { place: 'config', path: /^\/config\/Env\//, form: 'assignment' },
    history,
  ]);
  add('assignment in a file', 'DATABASE_BACKUP_PASSWORD', 'administrator', 'weak/app.ini', [
    { place: 'layer', path: 'weak/app.ini', form: 'assignment' },
  ]);
  bed.files.set('weak/app.ini', Buffer.from('user = administrator\nDATABASE_BACKUP_PASSWORD=administrator\n'));
  return { bed, lines: ['ENV DATABASE_ADMIN_PASSWORD=postgres', 'COPY weak /weak'] };
}

/** What the last layer hides, and names that hold a value. `base` is in the base image. */
export function layerSteps(): Steps & { base: Bed } {
  const bed = new Bed('layer', 'hidden');
  const base = new Bed('layer', 'base');
  const lines = ['COPY hidden /hidden'];
  const hide = (to: Bed, title: string, file: string, visible = false): void => {
    to.file(title, { file, content: (value) => `TOKEN=${value}\n` });
    const last = to.cases.at(-1);
    const path = `${to.folder}/${file}`;
    if (last !== undefined)
      last.expected = [{ place: 'layer', path, form: '', visible, createdBy: `COPY ${to.folder} ` }];
  };
  hide(bed, 'deleted later', 'deleted');
  hide(bed, 'overwritten later', 'overwritten');
  hide(bed, 'folder deleted later', 'folder/inner');
  hide(bed, 'folder replaced later', 'opaque/inner');
  hide(base, 'in the base image, deleted later', 'deleted');
  hide(base, 'in the base image', 'kept', true);
  const change = [
    'rm /hidden/deleted /base/deleted',
    'echo nothing > /hidden/overwritten',
    'rm -r /hidden/folder /hidden/opaque',
    'mkdir /hidden/opaque',
  ];
  lines.push(`RUN ${change.join(' && ')}`);
  const moved = new Bed('layer', 'moved');
  moved.file('renamed later', { file: 'before', content: (value) => `TOKEN=${value}\n` });
  const [renamed] = moved.cases;
  if (renamed !== undefined)
    renamed.expected = [
      { place: 'layer', path: 'moved/before', visible: false },
      { place: 'layer', path: 'moved/after', visible: true },
    ];
  lines.push('COPY moved /moved', 'RUN mv /moved/before /moved/after');
  bed.cases.push(...moved.cases);
  for (const [path, content] of moved.files) bed.files.set(path, content);
  bed.files.set(
    `names/${bed.add('name of a file', 'name', [{ place: 'layer', path: /^names\// }])}.txt`,
    Buffer.from('x'),
  );
  bed.files.set(
    `names/${bed.add('name of a folder', 'name', [{ place: 'layer', path: /^names\// }])}/empty`,
    Buffer.from('x'),
  );
  bed.files.set(
    `names/${Buffer.from(bed.add('base64 in the name of a file', 'name', [{ place: 'layer', path: /^names\// }], fake())).toString('base64url')}`,
    Buffer.from('x'),
  );
  lines.push('COPY names /names');
  return { bed, base, lines };
}

/** Where a symbolic link in the build context points to: a value. */
export function linkCase(bed: Bed): string {
  return bed.add('target of a symbolic link', 'links/link', [{ place: 'layer', path: 'links/link' }]);
}
