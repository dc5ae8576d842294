/** Whether an image of `platform` is what `--platform wanted` asks for: `linux/arm64` also asks for `linux/arm64/v8`. */
export function matchesPlatform(platform: string, wanted: string): boolean {
  return platform === wanted || platform.startsWith(`${wanted}/`);
}
