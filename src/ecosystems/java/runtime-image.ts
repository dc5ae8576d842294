import type { Stage } from '../../dockerfile/index.ts';
import type { Refusal } from '../ecosystem.ts';
import { imageName } from '../template/image.ts';
import { refuse } from '../template/refuse.ts';

/** Versions for which there is a runtime image, and its systems. Source: the tags of eclipse-temurin on Docker Hub. */
const version = '(?:8|11|17|21|25)';
const system = '(?:alpine|focal|jammy|noble|ubi9-minimal)';

/** Maven, Gradle and the JDK itself; the runtime image has the same version, and the same system where it is named. */
const tags: Readonly<Record<string, RegExp>> = {
  maven: new RegExp(`^.*-?eclipse-temurin-(${version})(-${system})?$`),
  gradle: new RegExp(`^(?:.*-)?jdk(${version})(-${system})?$`),
  'eclipse-temurin': new RegExp(`^(${version}(?:[.u][\\w.]+)?)(?:-jdk)?(-${system})?$`),
};

/** The image with the Java runtime that belongs to the image of the build. */
export function runtimeImage(stage: Stage): string | Refusal {
  const { name, tag = '', pinned } = imageName(stage.image);
  const found = pinned ? undefined : tags[name]?.exec(tag);
  if (found) return `eclipse-temurin:${found[1]}-jre${found[2] ?? ''}`;
  return refuse(
    'base-image',
    `Line ${stage.from.line}: the runtime image that belongs to ${stage.image} cannot be told.`,
    'Build FROM maven:…-eclipse-temurin-21, gradle:…-jdk21 or eclipse-temurin:21, without a digest.',
  );
}
