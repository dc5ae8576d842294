import type { Stage } from '../dockerfile/index.ts';
import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from './context.ts';
import { mutableBasePage } from './pages/mutable-base.ts';
import { at } from './place.ts';

/** FROM names an image that changes without notice. */
export const mutableBase: Rule = {
  id: 'mutable-base',
  title: 'The base image is named by a tag that moves',
  why: 'What latest means changes from one build to the next. Whoever can push to that name decides what runs in your build, with the secrets that are mounted there.',
  explanation: mutableBasePage,
  advice: true,
  check(context) {
    return context.dockerfile.stages.flatMap((stage) => finding(context, stage));
  },
};

/** Tags that mean another image next week by their very name; `20-slim` is left alone. */
const moving = /^(?:latest|edge|nightly|main|master|dev|develop|head|rolling|current)$/i;

function finding(context: RuleContext, stage: Stage): Finding[] {
  const { image } = stage;
  if (stage.parent || stage.maybeParents?.length || image === 'scratch' || /[$@]/.test(image)) return [];
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  if (tag !== undefined && !moving.test(tag)) return [];
  return [
    {
      rule: mutableBase.id,
      level: 'note',
      message: `FROM ${image} means another image whenever its owner pushes one.`,
      remedy: 'Name a version, or better the digest: IMAGE:TAG@sha256:….',
      location: at(context, context.dockerfile.instructions.indexOf(stage.from)),
    },
  ];
}
