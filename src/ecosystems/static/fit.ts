import type { Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { managerCaches } from '../node/managers.ts';
import { imageName } from '../template/image.ts';
import { isRefusal, refuse } from '../template/refuse.ts';
import { checkOtherBase } from '../template/settings.ts';
import { type SingleStage, singleStage } from '../template/single-stage.ts';
import { stageValues } from '../template/stages.ts';
import { startOf } from '../template/start.ts';
import { nginxSettings } from './nginx.ts';
import { serverOf } from './server.ts';

/** nginx, and the number of its user in the official images. Source: nginx/docker-nginx. */
const runtime = { image: 'nginx:stable-alpine', user: '101:101' };

/** The values for templates/static/Dockerfile, or the first precondition that does not hold. */
export function fitStaticSite(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const single = singleStage(dockerfile);
  if (isRefusal(single)) return single;
  const found = checkBase(single);
  if (found) return found;
  const start = startOf(single);
  if (isRefusal(start)) return start;
  const server = serverOf(single, start, files);
  if (isRefusal(server)) return server;
  const other = checkOtherBase(single, start, /^NODE_VERSION$/);
  if (other) return other;
  // nothing but the folder is given out, so that it does not matter what else the build does
  return stageValues(single, {
    ...runtime,
    edits: (['npm', 'yarn', 'pnpm'] as const).flatMap((manager) => managerCaches(single, manager)),
    copies: [{ path: server.folder }],
    afterCopy: ["COPY <<'EOF' /etc/nginx/nginx.conf", nginxSettings(server), 'EOF'],
    start: ['CMD ["nginx", "-g", "daemon off;"]'],
  });
}

function checkBase({ stage, dockerfile }: SingleStage): Refusal | undefined {
  const syntax = dockerfile.directives.find(({ name }) => name === 'syntax')?.value;
  if (syntax !== undefined && !/^docker\/dockerfile:1(?:\.(?:[4-9]|\d\d)(?:\.\d+)?)?$/.test(syntax)) {
    return refuse('syntax', `"# syntax=${syntax}" may not know heredocs.`, 'Write # syntax=docker/dockerfile:1.');
  }
  const { name, pinned } = imageName(stage.image);
  if (/(?:^|\/)node(?:js)?$/.test(name) && !pinned) return undefined;
  return refuse(
    'base-image',
    `Line ${stage.from.line}: ${stage.image} is not known to be an image with Node.js, or is pinned as the runtime image could not be.`,
    'Build FROM an official node image without a digest, or write the stages by hand.',
  );
}
