import { ancestors, shellAt } from '../dockerfile/index.ts';
import type { Finding } from '../finding.ts';
import type { RuleContext } from './context.ts';
import { flowOf } from './flow.ts';
import { commandAt, givesValue } from './output.ts';
import { at } from './place.ts';
import { type Command, inside, type Run, runsOf, usesOf } from './runs.ts';
import { type SecretVariable, secretVariables } from './scope.ts';
import { around } from './spans.ts';
import { escapeRegExp } from './text.ts';
import { deletesPath } from './upkeep.ts';

/** Programs that run code which stands in their words or in a heredoc. */
const interpreter = /^(?:python[\d.]*|node|nodejs|deno|bun|ruby|php[\d.]*|lua|Rscript)$/;

/** What writes a file in the languages of these programs. */
const writesFile =
  /\bopen\([^)]{0,200}["'][wax]b?\+?["']|\bwrite_(?:text|bytes)\(|\bwriteFile|\bappendFile|createWriteStream|Deno\.write|Bun\.write|\bFile\.(?:write|open)\b|\bIO\.write\b|file_put_contents|\bfwrite\(|\bfputs\(|\bwriteLines\(|\bto_(?:csv|json|pickle)\(|\bshutil\./;

/** Shells that no rule reads. */
const foreignShell = /^(?:cmd|powershell|pwsh)(?:\.exe)?$/i;

/** What writes a file or logs a tool in, in a text of such a shell. */
const foreignWriting =
  />|\b(?:Set-Content|Add-Content|Out-File|Tee-Object|New-Item|Export-\w+|ConvertTo-\w+|WriteAllText|setx|SetEnvironmentVariable|nuget(?:\.exe)? (?:add|update|sources?|setapikey)|docker login|git (?:clone|config|remote)|npm (?:config )?set|Register-PSRepository|cmdkey)\b/i;

/**
 * What no rule can read: code of other languages that may write the value into a file, and the shells of Windows.
 *
 * A warning, for such a step may be just right; where the text of another shell writes something, a person must look.
 */
export function unreadCode(context: RuleContext, rule: string): Finding[] {
  const { carriers } = flowOf(context);
  return runsOf(context.dockerfile).flatMap((run) =>
    secretVariables(run, carriers).flatMap(
      (held) => foreign(context, rule, run, held) ?? coded(context, rule, run, held),
    ),
  );
}

function foreign(
  context: RuleContext,
  rule: string,
  run: Run,
  { variable, secret }: SecretVariable,
): Finding[] | undefined {
  const shell = shellOf(context, run);
  if (shell === undefined) return undefined;
  const name = escapeRegExp(variable);
  if (!new RegExp(`%${name}%|!${name}!|\\$\\{?env:${name}\\b|["'\`]${name}["'\`]|\\(${name}\\)`, 'i').test(run.text))
    return [];
  const base = { rule, secret, location: at(context, run.index) };
  const message = `The step is written for ${shell}, which safebuild does not read: whether it keeps the value of ${variable} is not known.`;
  const remedy = 'Look whether it writes the value into a file or logs a tool in; if it does not, allow the finding.';
  return foreignWriting.test(run.text)
    ? [{ ...base, level: 'error', message, remedy, needsPerson: true }]
    : [{ ...base, level: 'warning', message, remedy }];
}

/** The shell that reads the RUN, where it is none of POSIX. */
function shellOf(context: RuleContext, run: Run): string | undefined {
  const own = run.form === 'exec' ? undefined : programOf(shellAt(context.dockerfile, run.instruction)[0] ?? '');
  if (own !== undefined && foreignShell.test(own)) return own;
  if (own === 'sh' && isWindows(context, run)) return 'cmd';
  return run.commands.find(({ program }) => foreignShell.test(programOf(program)))?.program;
}

/** Whether the RUN stands on a base image whose name says Windows, where cmd is the shell unless SHELL names another one. */
function isWindows({ dockerfile }: RuleContext, { instruction }: Run): boolean {
  const stage = dockerfile.stages[instruction.stage ?? -1];
  const base = stage && (ancestors(stage).at(-1) ?? stage);
  return base !== undefined && /(?:^|[/:-])(?:windows|nanoserver|servercore)|dotnet\/framework/i.test(base.image);
}

function programOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function coded(context: RuleContext, rule: string, run: Run, { variable, secret }: SecretVariable): Finding[] {
  for (const use of usesOf(run, variable)) {
    const command =
      around(run.commands, use.range).length > 0 || run.heredocs.length > 0 ? commandAt(run, use.range) : undefined;
    const program = command?.program ?? shebangOf(run);
    if (program === undefined || !interpreter.test(program)) continue;
    const given = command ? givesValue(run, use) : true;
    const file = given ? fileWritten(context, run, command) : undefined;
    if (file === undefined) continue;
    return [
      {
        rule,
        level: 'warning',
        secret,
        message: `The code that ${program} runs may write the value of ${variable} into ${file}.`,
        remedy: `Look at the code: it must not leave the value in a file. The proof searches the image for it.`,
        location: at(context, run.index),
      },
    ];
  }
  return [];
}

/** `#!/usr/bin/env python3`, `#!/usr/bin/python3`. */
function shebangOf({ shebang }: Run): string | undefined {
  return shebang === undefined ? undefined : /([\w.]+)(?:\s+-\S*)*$/.exec(shebang)?.[1];
}

/** The file that its output goes to, or `a file` where its code writes one. */
function fileWritten(context: RuleContext, run: Run, command: Command | undefined): string | undefined {
  if (!command) return writesFile.test(run.text) ? 'a file' : undefined;
  const bodies = run.heredocs.filter(({ seat }) => inside(seat, command.range)).map(({ range }) => range);
  const code = [command.range, ...bodies].map(({ start, end }) => run.source.slice(start, end)).join('\n');
  if (writesFile.test(code)) return 'a file';
  const target = around(run.outputs, command.range).at(-1)?.target;
  const isKept = target !== undefined && !/^(?:\/dev\/|\/run\/)/.test(target);
  return isKept && !deletesPath(context, run, command.range.end, target) ? target : undefined;
}
