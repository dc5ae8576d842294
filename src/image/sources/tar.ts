import type { Readable } from 'node:stream';
import { attributesOf } from '../attributes.ts';
import { decoded } from '../codecs/decoded.ts';
import type { ImageEntry, ImageSource, SourceObserver } from '../source.ts';
import { isZero } from '../tar/header.ts';
import { type TarEvent, type TarMember, TarParser } from '../tar/parser.ts';

/**
 * A tar as it streams by: `docker save` of every generation, an OCI layout, or what `-o tar` wrote; plain, gzip or zstd.
 *
 * Links, hard and symbolic, are entries with `link`. A stream that fails, ends early or has no end marker is a problem.
 */
export function tarSource(name: string, stream: Readable, holds: 'image' | 'files'): ImageSource {
  return {
    name,
    holds,
    entries: (observer) => entriesOf(events(stream, name, observer), observer, name),
    close: () => {
      stream.destroy();
      return Promise.resolve();
    },
  };
}

/** The tar's events in order; frame bytes and damage go to the observer at once. */
async function* events(stream: Readable, name: string, observer: SourceObserver): AsyncGenerator<TarEvent> {
  const parser = new TarParser();
  const problem = (why: string): void => observer.problem(name, why);
  let empty = true;
  for await (const chunk of decoded(failing(stream, problem), (bytes) => observer.frame(bytes), problem)) {
    empty &&= isZero(chunk);
    yield* parser.feed(chunk);
  }
  yield* parser.end();
  if (empty) problem('it holds no entry');
  else if (!parser.ended) problem('the tar has no end marker, so it may be cut off');
}

async function* failing(stream: Readable, problem: (why: string) => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch {
    problem('reading it failed before its end');
  }
}

async function* entriesOf(
  events: AsyncGenerator<TarEvent>,
  observer: SourceObserver,
  name: string,
): AsyncGenerator<ImageEntry> {
  try {
    for (let event = await events.next(); !event.done; event = await events.next()) {
      if (event.value.kind === 'frame') observer.frame(event.value.bytes);
      else if (event.value.kind === 'damage') observer.problem(name, event.value.why);
      else if (event.value.kind === 'member') {
        const body = bodyOf(events, observer, name);
        tellOf(event.value.member, observer, name);
        if (isEntry(event.value.member)) yield entryOf(event.value.member, body);
        // what the reader left unread must go by before the next member
        for await (const _ of body);
      }
    }
  } finally {
    await events.return(undefined);
  }
}

async function* bodyOf(
  events: AsyncGenerator<TarEvent>,
  observer: SourceObserver,
  name: string,
): AsyncGenerator<Uint8Array> {
  for (let event = await events.next(); !event.done; event = await events.next()) {
    if (event.value.kind === 'data') yield event.value.bytes;
    else if (event.value.kind === 'damage') observer.problem(name, event.value.why);
    else if (event.value.kind === 'end') return;
  }
}

/** What the bytes of the tar itself do not show. */
function tellOf({ sparse, joined }: TarMember, observer: SourceObserver, name: string): void {
  if (sparse !== undefined) observer.problem(name, 'it holds a sparse file, which is not put together');
  if (joined !== undefined) observer.frame(Buffer.concat([Buffer.from('\n'), joined, Buffer.from('\n')]));
}

/** Folders and devices have no bytes of their own. */
function isEntry(member: TarMember): boolean {
  return member.size > 0 || !['3', '4', '5', '6'].includes(member.type);
}

function entryOf(member: TarMember, body: AsyncGenerator<Uint8Array>): ImageEntry {
  const path = member.path.replace(/^(?:\.?\/)+/, '');
  // a hard link names its target from the root of the tar, a symbolic one from its own folder
  const link = member.type === '1' ? `/${member.link}` : member.type === '2' ? member.link : undefined;
  const file = attributesOf(member);
  return {
    path,
    size: member.size,
    body,
    ...(link === undefined ? {} : { link }),
    ...(file === undefined ? {} : { file }),
  };
}
