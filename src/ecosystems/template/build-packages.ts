import type { ShellCommand } from '../../dockerfile/index.ts';

/** Packages of Debian and Alpine that compile and link; no program calls them when it runs. */
const compilers =
  /^(?:gcc|g\+\+|clang|lld|mold|llvm|make|cmake|ninja-build|build-essential|build-base|pkg-config|pkgconf|pkgconfig|musl-tools|binutils|autoconf|automake|libtool|protobuf-compiler|protobuf|protoc|upx|upx-ucl|unzip|ca-certificates|tzdata|(?:[\w.+-]+-)dev)$/;

/** Operands that are no packages. */
const subCommands = /^(?:update|upgrade|install|add|clean|autoclean|autoremove)$/;

/** Whether a command installs nothing but packages that a compiled program does without when it runs. */
export function installsCompilers({ program }: ShellCommand, args: readonly string[]): boolean {
  if (!/^(?:apt-get|apt|apk)$/.test(program)) return false;
  const operands = args.filter((arg) => !arg.startsWith('-') && !arg.startsWith('.'));
  return operands.every((arg) => subCommands.test(arg) || compilers.test(arg.replace(/[=<>~].*$/, '')));
}
