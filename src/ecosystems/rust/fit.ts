import type { Dockerfile } from '../../dockerfile/index.ts';
import type { ProjectFiles, Refusal, TemplateValues } from '../ecosystem.ts';
import { installsCompilers } from '../template/build-packages.ts';
import { cacheEdits } from '../template/cache.ts';
import { checkAssets } from '../template/copied.ts';
import { isRefusal } from '../template/refuse.ts';
import { checkOtherBase } from '../template/settings.ts';
import { singleStage } from '../template/single-stage.ts';
import { nobody, stageValues } from '../template/stages.ts';
import { startOf } from '../template/start.ts';
import { sortSteps } from '../template/steps.ts';
import { checkLibraries } from './libraries.ts';
import { findProgram } from './program.ts';
import { runtimeImage } from './runtime-image.ts';

/** What Cargo reads; `build.rs` may read any file, but only while it builds. */
const sources =
  /\.rs$|(?:^|\/)(?:Cargo\.(?:toml|lock)|rust-toolchain(?:\.toml)?|\.?rustfmt\.toml|clippy\.toml)$|^\.cargo\/|^(?:vendor|tests|benches|examples)\//;

/** Sub-commands that run no code of the project but build scripts, which write into Cargo's own folders. */
const builds = /^(?:build|b|install|fetch|check|clippy|clean|update|vendor|chef|--version|-V)$/;

const caches = [{ target: '/usr/local/cargo/registry' }, { target: '/usr/local/cargo/git' }];

const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** The values for templates/rust/Dockerfile, or the first precondition that does not hold. */
export function fitRust(dockerfile: Dockerfile, files: ProjectFiles): TemplateValues | Refusal {
  const single = singleStage(dockerfile);
  if (isRefusal(single)) return single;
  const image = runtimeImage(single.stage);
  if (typeof image !== 'string') return image;
  const start = startOf(single);
  if (isRefusal(start)) return start;
  const program = findProgram(single, start);
  if (isRefusal(program)) return program;
  const sorted = sortSteps(single, {
    folders: [],
    project: (command, args) =>
      (command.program === 'cargo' && builds.test(args[0] ?? '')) ||
      /^(?:rustup|rm)$/.test(command.program) ||
      installsCompilers(command, args),
  });
  if (isRefusal(sorted)) return sorted;
  const found =
    checkLibraries(files) ??
    checkOtherBase(single, start, /^(?:CARGO_HOME|RUSTUP_HOME)$/) ??
    checkAssets(single, files, (path) => sources.test(path));
  if (found) return found;
  const debian = image.startsWith('debian:');
  return stageValues(single, {
    image,
    user: nobody,
    edits: cacheEdits(single, caches, (command) => command.program === 'cargo'),
    copies: [...(debian ? [{ path: certificates }] : []), program],
    // what the text cannot prove, the build does: every library is there
    afterCopy: [`RUN ! ldd ${program.to} | grep "not found"`],
  });
}
