import { z } from 'zod';

const kind = z.enum(['secret', 'setting']);
const needed = z.enum(['build', 'runtime']);

const nameRule = z.strictObject({
  kind: kind.describe('Whether the value is a secret or a plain setting. Default: decided by rules.').optional(),
  needed: needed.describe('Whether the build or only the running container needs it.').optional(),
  reason: z.string().min(1).describe('Why, in your words; shown wherever the decision is shown.').optional(),
});

const fileRule = z.strictObject({
  needed: z
    .enum(['build', 'runtime', 'never'])
    .describe('Who needs the file: the build, the running container, nobody.'),
});

const bytes = z.int().min(1);

/** The shape of `safebuild.yaml`. `schema/config.schema.json` is this as JSON Schema, for editors. */
export const configSchema = z
  .strictObject({
    'env-files': z
      .array(z.string().min(1))
      .describe(
        'Files of NAME=value lines, relative to this file; a later one overrides an earlier one. They must exist and lie in the repository. Default: .env and .env.local, where they exist.',
      )
      .optional(),
    'multi-stage': z
      .enum(['never', 'always', 'when-needed'])
      .describe('Whether a single-stage Dockerfile is split into a build and a runtime stage. Default: never.')
      .optional(),
    secrets: z
      .record(z.string().min(1), z.union([kind, nameRule]))
      .describe(
        'What is known about a name: secret or setting, or an object with kind, needed and reason. Never a value.',
      )
      .optional(),
    files: z
      .record(z.string().min(1), fileRule)
      .describe('What is known about a file of the build context, by its path from the context root.')
      .optional(),
    scan: z
      .strictObject({
        depth: z
          .int()
          .min(1)
          .max(64)
          .describe("How many wrappers inside wrappers are opened, the layer's own compression and tar included.")
          .optional(),
        'max-file-bytes': bytes.describe('The most bytes that one wrapper inside a layer may unpack to.').optional(),
        'max-total-bytes': bytes.describe('The most bytes that one image may unpack to.').optional(),
      })
      .describe('Limits of the search. A limit that is reached makes the verdict "not verified" (exit code 6).')
      .optional(),
  })
  .describe('Configuration of safebuild. It holds names and decisions, never values, and is safe to commit.');

/** `safebuild.yaml` as written. */
export type ConfigFile = z.infer<typeof configSchema>;
