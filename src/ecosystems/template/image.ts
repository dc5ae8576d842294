/** What FROM names: an official image of Docker Hub, or one by its full name. Variables as written. */
export interface ImageName {
  /** Without `docker.io/library/`: `golang`, `mcr.microsoft.com/dotnet/sdk`. */
  name: string;
  tag: string | undefined;
  /** It is pinned by a digest, which says nothing about any other image. */
  pinned: boolean;
}

/** Reads the name of an image as Docker does: what stands behind the last colon of its last part is the tag. */
export function imageName(image: string): ImageName {
  const [named = '', digest] = image.split('@', 2);
  const last = named.lastIndexOf('/') + 1;
  // the colon of `${NAME:-default}` is none of a tag
  const colon = named.slice(last).search(/:(?!-|\+)/);
  const name = colon === -1 ? named : named.slice(0, last + colon);
  return {
    name: name.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, ''),
    tag: colon === -1 ? undefined : named.slice(last + colon + 1),
    pinned: digest !== undefined,
  };
}
