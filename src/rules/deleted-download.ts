import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { type DeletedDownload, isolatedIn } from './isolated.ts';
import { deletedDownloadPage } from './pages/deleted-download.ts';
import { at, linesOf } from './place.ts';
import { refusalOf } from './private-stage.ts';

/** What was fetched with a secret is deleted in a later layer only. */
export const deletedDownload: Rule = {
  id: 'deleted-download',
  title: 'A private download is deleted in a later layer only',
  why: 'What needs a credential to be fetched is seldom meant for everybody. A file that a later RUN removes is still in the layer of the RUN that fetched it, for everyone who can pull the image, and it makes the image larger.',
  explanation: deletedDownloadPage,
  check(context) {
    return isolatedIn(context).downloads.map((download) => finding(context, download));
  },
};

function finding(context: RuleContext, download: DeletedDownload): Finding {
  const { run, name, remover, secret, join } = download;
  const base = {
    rule: deletedDownload.id,
    level: 'warning' as const,
    secret,
    message: `${name} is fetched with ${secret} and deleted on ${linesOf(context, [remover])}, which only hides it.`,
    location: at(context, run.index),
  };
  if (join) {
    const lines = linesOf(context, [
      run.index,
      ...join.flatMap((change) => (change.kind === 'join' ? change.instruction : [])),
    ]);
    return {
      ...base,
      remedy: `Make one RUN of ${lines}: what is gone when a RUN ends is in no layer.`,
      fix: { title: `Fetch, use and delete ${name} in one RUN.`, changes: join },
    };
  }
  const { files, changes } = isolatedIn(context);
  if (!files.has(download)) {
    const why = refusalOf(context, download) ?? `Put the step that fetches ${name} into a RUN of its own.`;
    return { ...base, remedy: `Fetch, use and delete it in one RUN, or fetch it in a stage of its own. ${why}` };
  }
  return {
    ...base,
    remedy: 'Fetch it in a stage of its own, and mount it where it is used.',
    fix: { title: `Fetch ${name} in a stage of its own.`, changes },
  };
}
