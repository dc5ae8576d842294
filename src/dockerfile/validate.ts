import { heredocOpening } from './heredoc.ts';
import { invalid } from './invalid.ts';
import type { Instruction } from './model.ts';
import { words } from './words.ts';

/** What BuildKit asks of each keyword it knows, beyond what the parser saw. */
const checks: Readonly<Record<string, (instruction: Instruction) => void>> = {
  ADD: validateCopy,
  ARG: accept,
  CMD: accept,
  COPY: validateCopy,
  ENTRYPOINT: accept,
  ENV: accept,
  EXPOSE: validateArgument,
  FROM: validateFrom,
  HEALTHCHECK: validateHealthcheck,
  LABEL: accept,
  MAINTAINER: validateArgument,
  ONBUILD: validateOnbuild,
  RUN: accept,
  SHELL: validateShell,
  STOPSIGNAL: validateArgument,
  USER: validateArgument,
  VOLUME: validateArgument,
  WORKDIR: validateArgument,
};

/**
 * Refuses an instruction that BuildKit refuses for its shape: unknown keyword, wrong number of arguments.
 *
 * Unknown flags pass: frontends add new ones. Throws `DOCKERFILE_INVALID`. Source: BuildKit,
 * frontend/dockerfile/instructions/parse.go.
 */
export function validateInstruction(instruction: Instruction): void {
  if (!Object.hasOwn(checks, instruction.keyword)) throw invalid(instruction.line, 'unknown instruction');
  checks[instruction.keyword]!(instruction);
}

function accept(): void {}

function validateArgument({ keyword, line, text, json }: Instruction): void {
  if (text === '' || json?.length === 0) throw invalid(line, `${keyword} requires an argument`);
}

function validateShell({ line, json }: Instruction): void {
  if (json === undefined || json.length === 0) throw invalid(line, 'SHELL requires the arguments to be in JSON form');
}

function validateFrom(instruction: Instruction): void {
  const parts = words(instruction);
  if (parts.length !== 1 && !(parts.length === 3 && parts[1]!.raw.toLowerCase() === 'as')) {
    throw invalid(instruction.line, 'FROM requires either one or three arguments');
  }
  const name = parts[2]?.raw.toLowerCase();
  if (name !== undefined && !/^[a-z][a-z0-9\-_.]*$/.test(name)) {
    throw invalid(instruction.line, 'invalid name for a build stage');
  }
}

function validateCopy(instruction: Instruction): void {
  const parts = words(instruction);
  if (parts.length < 2) throw invalid(instruction.line, `${instruction.keyword} requires at least two arguments`);
  if (heredocOpening(parts.at(-1)!.raw) !== undefined && instruction.json === undefined) {
    throw invalid(instruction.line, `${instruction.keyword} cannot accept a heredoc as a destination`);
  }
}

function validateHealthcheck(instruction: Instruction): void {
  const [type = '', ...rest] = instruction.text.split(/[\t\v\f\r ]+/);
  if (type.toUpperCase() === 'NONE' ? rest.length > 0 : type.toUpperCase() !== 'CMD' || rest.length === 0) {
    throw invalid(instruction.line, 'HEALTHCHECK takes NONE or CMD with a command');
  }
}

function validateOnbuild(instruction: Instruction): void {
  const inner = instruction.onbuild;
  if (inner === undefined) throw invalid(instruction.line, 'ONBUILD requires an instruction');
  if (inner.keyword === 'ONBUILD' || inner.keyword === 'FROM' || inner.keyword === 'MAINTAINER') {
    throw invalid(instruction.line, `ONBUILD ${inner.keyword} is not allowed`);
  }
}
