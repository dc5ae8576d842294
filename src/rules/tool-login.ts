import type { Rule } from './context.ts';
import { keptByTool, loginAt, whatOf } from './kept.ts';
import { keptFinding, keptUses } from './kept-uses.ts';
import { toolLoginPage } from './pages/tool-login.ts';

/** A tool is told a credential, and keeps it. */
export const toolLogin: Rule = {
  id: 'tool-login',
  title: 'A tool is logged in, and keeps the credential in the image',
  why: 'Commands like git config, pip config set, aws configure or docker login write what they are given into a file of the tool, and that file stays in the layer of the RUN. A secret mount does not help against that: the value has to be there only while the step that needs it runs.',
  explanation: toolLoginPage,
  check(context) {
    const found = keptUses(context, (run, { name, range }) =>
      loginAt(run, range)?.known.inAddress ? undefined : keptByTool(run, range, whatOf(name)),
    );
    return found.map(({ kept, all }) => keptFinding(context, toolLogin.id, kept, all));
  },
};
