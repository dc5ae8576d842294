import { SafebuildError } from '../../../errors.ts';
import { cloudSession, type Wanted } from '../cloud/session.ts';
import { cloudSettings } from '../cloud/settings.ts';
import { threadEntry } from '../cloud/thread.ts';
import type { Provider } from '../provider.ts';
import { type GcpRequest, grammar, projectForm, readGcpReference } from './reference.ts';

/** GCP Secret Manager, by its official SDK. References: `gcp+sm://PROJECT/NAME`, vals' `ref+gcpsecrets://`. */
export const gcp: Provider = {
  name: grammar.store,
  check: (reference) => void readGcpReference(reference),
  open(host) {
    const project = cloudSettings(host, 'gcp', { project: projectForm }).project ?? host.env.GCP_PROJECT;
    return cloudSession<GcpRequest>(host, {
      name: grammar.store,
      entry: threadEntry('thread', import.meta.url),
      // references name their projects; without a default one, the SDK asks gcloud, the metadata server and the Resource
      // Manager for it, and fails if that fails
      environment: (env) => ({ GOOGLE_CLOUD_PROJECT: project ?? 'none', ...env }),
      wanted: (reference) => withProject(readGcpReference(reference), project),
    });
  },
};

function withProject(wanted: Wanted<GcpRequest>, project: string | undefined): Wanted<GcpRequest> {
  if (wanted.request.project !== undefined) return wanted;
  if (project !== undefined && projectForm.test(project)) return { ...wanted, request: { ...wanted.request, project } };
  throw new SafebuildError('SOURCE_FAILED', `No project is given for the secret ${wanted.name} of ${grammar.store}`, {
    hint: 'Write the project before the name, or set GCP_PROJECT to its id.',
  });
}
