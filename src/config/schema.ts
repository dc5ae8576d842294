import { z } from 'zod';
import { placeProblem } from './place.ts';
import { referencePattern, type SourceName, sourceNames } from './reference.ts';
import { sizePattern } from './size.ts';
import { durationPattern } from './source-settings.ts';

const kind = z.enum(['secret', 'setting']);
const needed = z.enum(['build', 'runtime']);

const reference = z.string().regex(referencePattern);

const origin = {
  from: reference
    .describe(
      'Where the value is fetched: a reference like vault://PATH#FIELD, op://VAULT/ITEM/FIELD, env:NAME, file:PATH.',
    )
    .optional(),
  exec: z
    .array(z.string().min(1))
    .min(1)
    .describe('A program and its words; what it prints is the value, without its last line break. No shell reads it.')
    .optional(),
  template: z
    .string()
    .min(1)
    .describe(
      'A text in which $ and a name in braces stand for the value of that name: an .npmrc, a .netrc, a pip.conf.',
    )
    .optional(),
  'allow-empty': z.boolean().describe('Whether an empty value is meant. Default: false, an error.').optional(),
};

const nameRule = withOneOrigin(
  z.strictObject({
    kind: kind.describe('Whether the value is a secret or a plain setting. Default: decided by rules.').optional(),
    needed: needed.describe('Whether the build or only the running container needs it.').optional(),
    reason: z.string().min(1).describe('Why, in your words; shown wherever the decision is shown.').optional(),
    ...origin,
  }),
);

/** A value comes from one place, and what is fetched is a secret. */
function withOneOrigin<T extends z.ZodType<{ [Key in keyof typeof origin]?: unknown } & { kind?: unknown }>>(
  schema: T,
): T {
  return schema.check((context) => {
    const given = (['from', 'exec', 'template'] as const).filter((key) => context.value[key] !== undefined);
    const [first, second] = given;
    const message =
      second !== undefined
        ? `stands beside ${first}: a value comes from one place`
        : first !== undefined && context.value.kind === 'setting'
          ? 'fetches a secret, and kind says that it is a setting'
          : undefined;
    const path = [second ?? first ?? ''];
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: '', path });
  });
}

const userNameRule = withOneOrigin(z.strictObject(origin));

const settings = z.record(z.string().min(1), z.unknown());

const sources = z
  .strictObject({
    deadline: z
      .string()
      .regex(durationPattern, { error: 'must be a time like 20s or 2m' })
      .describe('How long all fetching together may take, like 20s or 2m. Default: 30s.')
      .optional(),
    ...(Object.fromEntries(
      sourceNames.map((name) => [name, settings.describe(`How ${name} is reached; see docs/secrets.md.`).optional()]),
    ) as Record<SourceName, z.ZodOptional<typeof settings>>),
  })
  .describe('How sources of secrets are reached: addresses, regions, ways to log in. Never a value.');

const fileRule = z.strictObject({
  needed: z
    .enum(['build', 'runtime', 'never', 'image'])
    .describe(
      'Who needs the file: the build, the running container, nobody; or image: it is public and stays in the image.',
    ),
});

const notBytes = { error: 'must be a number of bytes, or a size like 512MiB or 8GiB' };
const bytes = z.union([z.int().min(1), z.string().regex(sizePattern, notBytes)], notBytes);

const place = z.string().check((context) => {
  const problem = placeProblem(context.value);
  if (problem !== undefined) context.issues.push({ code: 'custom', message: problem, input: '' });
});

const allowance = z
  .strictObject({
    secret: z.string().min(1).describe('Name of the one secret that is accepted there.').optional(),
    detector: z
      .string()
      .regex(/^[a-z0-9-]+$/, { error: 'must be the id of a detector, as the finding names it behind "detected:"' })
      .describe('Id of the one detector whose finds are accepted there.')
      .optional(),
    incomplete: place.describe('Path of the one file, as a glob, that may stay searched in part.').optional(),
    place: place
      .describe(
        'Where: a glob of file paths in the image, or config, history, manifest, index, attestation, label:NAME, annotation:NAME.',
      )
      .optional(),
    reason: z
      .string({ error: 'must say why' })
      .regex(/\S/, { error: 'must say why' })
      .describe('Why it is accepted, in your words; shown at every build.'),
    expires: z
      .string()
      .refine(isDay, { error: 'must be a day, written YYYY-MM-DD' })
      .describe('The last day on which it is accepted, as YYYY-MM-DD, in UTC. Default: it does not end.')
      .optional(),
  })
  .check((context) => {
    const { secret, detector, incomplete, place: at } = context.value;
    const subjects = [secret, detector, incomplete].filter((subject) => subject !== undefined);
    const message =
      subjects.length !== 1
        ? 'names exactly one of: secret, detector, incomplete'
        : (at === undefined) !== (incomplete !== undefined)
          ? 'names a place with a secret or a detector, and none with incomplete'
          : undefined;
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: '' });
  })
  .meta({
    oneOf: [{ required: ['secret', 'place'] }, { required: ['detector', 'place'] }, { required: ['incomplete'] }],
  });

/** A day of the calendar: not the 31st of February. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

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
      .describe(
        'Which Dockerfiles get more stages. when-needed: steps that write a private file which a later layer deletes, where no mount alone keeps it out of the image. always: also a build and a runtime stage. Default: when-needed.',
      )
      .optional(),
    secrets: z
      .record(z.string().min(1), z.union([kind, reference, nameRule]))
      .describe(
        'What is known about a name: secret or setting, the reference that it is fetched by, or an object. Never a value.',
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
        'max-json-bytes': bytes.describe('The largest config, manifest or attestation that is decoded.').optional(),
        'max-findings': z
          .int()
          .min(1)
          .max(1_000_000)
          .describe('The most places of findings in one layer that are told apart.')
          .optional(),
      })
      .describe('Limits of the search. A limit that is reached makes the verdict "not verified" (exit code 6).')
      .optional(),
    detectors: z
      .enum(['fail', 'warn', 'off'])
      .describe('What is done about keys and tokens that nobody declared and that are recognised. Default: fail.')
      .optional(),
    allow: z
      .array(allowance)
      .describe('What is accepted in an image, where, why, and until when. It is shown at every build.')
      .optional(),
    sources: sources.optional(),
  })
  .describe('Configuration of safebuild. It holds names and decisions, never values, and is safe to commit.');

/** `safebuild.yaml` as written. */
export type ConfigFile = z.infer<typeof configSchema>;

/** The shape of the user's own `config.yaml`. */
export const userConfigSchema = z.strictObject({
  secrets: z.record(z.string().min(1), z.union([reference, userNameRule])).optional(),
  sources: sources.optional(),
});

/** The user's own `config.yaml` as written. */
export type UserConfigFile = z.infer<typeof userConfigSchema>;
