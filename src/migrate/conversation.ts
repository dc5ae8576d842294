import type { Finding } from '../finding.ts';
import type { Paint } from '../report/index.ts';
import type { Asker } from './asker.ts';
import type { Mendable } from './fixes.ts';
import type { Draft } from './inspect.ts';
import type { Migration } from './migration.ts';
import type { Project } from './project.ts';

/** What a conversation needs besides the project. */
export interface Conversation {
  project: Project;
  asker: Asker;
  paint: Paint;
  /** Whether a split into build and runtime stage is offered also where nothing else was mended; absent: only there. */
  offersSplit?: boolean;
  /** Whether an ssh agent runs here, which a step may ask in place of a key. */
  sshAgent?: boolean;
}

/** One finding that is talked about. */
export interface Subject {
  migration: Migration;
  /** What was chosen before it in this round; not in the migration's draft yet. */
  accepted: readonly Mendable[];
  finding: Finding;
  /** `2/5` */
  position: string;
}

/** What a person said about one finding; a migration has it, and all that was accepted before, in its draft. */
export type Reply = 'apply' | 'skip' | 'quit' | { draft: Draft } | { migration: Migration };
