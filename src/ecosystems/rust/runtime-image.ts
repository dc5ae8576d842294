import type { Stage } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { imageName } from '../template/image.ts';
import { refuse } from '../template/refuse.ts';

/** The image with the C library of the Rust image, where its tag names the release of Debian or Alpine. */
export function runtimeImage(stage: Stage): string | Refusal {
  const { name, tag = '', pinned } = imageName(stage.image);
  if (name === 'rust' && !pinned) {
    const debian = /^(?:.+-)?(?:slim-)?(bullseye|bookworm|trixie)$/.exec(tag)?.[1];
    if (debian !== undefined) return `debian:${debian}-slim`;
    const alpine = /^(?:.+-)?alpine(3\.\d+)$/.exec(tag)?.[1];
    if (alpine !== undefined) return `alpine:${alpine}`;
  }
  return refuse(
    'base-image',
    `Line ${stage.from.line}: ${stage.image} does not tell which release of Debian or Alpine it stands on.`,
    'Build FROM an official rust image whose tag ends with the release, such as rust:1.90-bookworm, without a digest.',
  );
}
