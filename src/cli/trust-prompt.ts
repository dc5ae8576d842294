import type { BuildHost } from '../build/host.ts';
import type { Io } from './io.ts';
import { createAsker, isInteractive } from './prompts.ts';

/** Shows on the terminal what a project asks of its user's stores and programs, and asks whether it may. */
export function trustPrompt(io: Io): Pick<BuildHost, 'askTrust'> {
  if (!isInteractive(io)) return {};
  return {
    async askTrust(demands, root) {
      const asker = await createAsker(io);
      const lines = demands.map(({ about, title, what, level }) => {
        const mark = level === 'always' ? '!' : '-';
        return `  ${mark} ${about}: ${title}: ${what}\n`;
      });
      const shown = JSON.stringify(root).slice(1, -1);
      await asker.print(`The project in ${shown} asks for this, with your rights:\n${lines.join('')}`);
      return asker.choose('Allow it? Its build gets these values, and whoever wrote it could send them anywhere.', [
        { value: 'no', name: 'no' },
        { value: 'once', name: 'yes, this time' },
        { value: 'always', name: 'yes, and remember it until any of this changes' },
      ]);
    },
  };
}
