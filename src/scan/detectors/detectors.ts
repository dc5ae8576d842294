import type { MatchStream } from '../matcher/index.ts';
import { anchorSearch } from './anchor-search.ts';
import type { Anchor } from './anchors.ts';
import { credentialFile, loginFileConfidence } from './credential-file.ts';
import type { Confidence, Detector, Found } from './detector.ts';
import { allDetectors } from './list.ts';
import { bufferBytes, createStream, type Shared } from './stream.ts';

/** A secret that nobody declared: what it is and where; offsets in the stream, `end` exclusive. Never its value. */
export interface Detection {
  detector: string;
  title: string;
  confidence: Confidence;
  start: number;
  end: number;
}

/** All detectors, ready to look at streams. */
export interface Detectors {
  /** How far behind the newest byte of a stream a detection may start when it is told. */
  reach: number;
  /** Looks at one stream. What two detectors see at one place is told once, unless the second is surer. */
  stream(onDetection: (detection: Detection) => void): MatchStream;
  /** All detections in bytes that are at hand, by offset. With `path`: of the file that they are. */
  detect(bytes: Uint8Array, path?: string): Detection[];
}

let loaded: Promise<Detectors> | undefined;

/** Loads the detectors and compiles their anchors, once: a tenth of a second, so only where they are wanted. */
export function loadDetectors(): Promise<Detectors> {
  loaded ??= allDetectors().then(compileDetectors);
  return loaded;
}

/** Compiles a set of detectors. */
export function compileDetectors(detectors: readonly Detector[]): Detectors {
  const shared = share(detectors);
  const stream: Detectors['stream'] = (onDetection) => {
    const isNew = distinct();
    return createStream(shared, (index, found) => {
      const detection = detectionOf(detectors[index]!, found);
      if (isNew(detection)) onDetection(detection);
    });
  };
  return {
    reach: bufferBytes(detectors),
    stream,
    detect(bytes, path) {
      const detections: Detection[] = path === undefined ? [] : loginFile(path, bytes);
      const pass = stream((detection) => detections.push(detection));
      pass.push(bytes);
      pass.end();
      return detections.sort((a, b) => a.start - b.start);
    },
  };
}

function share(detectors: readonly Detector[]): Shared {
  const owners = new Map<string, { anchor: Anchor; detectors: number[] }>();
  detectors.forEach((detector, index) => {
    for (const anchor of detector.anchors) {
      const key = JSON.stringify(anchor);
      const known = owners.get(key);
      if (known === undefined) owners.set(key, { anchor, detectors: [index] });
      else known.detectors.push(index);
    }
  });
  const all = [...owners.values()];
  return {
    detectors,
    anchors: anchorSearch(all.map(({ anchor }) => anchor)),
    owners: all.map((owner) => owner.detectors),
    spare: [],
  };
}

/** The whole file at this path, when it is one that holds a login. For content that no tar header stands before. */
export function loginFile(path: string, bytes: Uint8Array): Detection[] {
  const confidence = loginFileConfidence(path, bytes);
  return confidence === undefined ? [] : [detectionOf(credentialFile, { start: 0, end: bytes.length, confidence })];
}

function detectionOf({ id, title, confidence }: Detector, found: Found): Detection {
  return {
    detector: found.id ?? id,
    title: found.title ?? title,
    confidence: found.confidence ?? confidence,
    start: found.start,
    end: found.end,
  };
}

/** Enough to compare with: detections are told nearly in order. */
const remembered = 64;

/** Answers whether a detection says more than those before it. */
function distinct(): (detection: Detection) => boolean {
  const told: Detection[] = [];
  return (detection) => {
    const known = told.some(
      ({ start, end, confidence }) =>
        start < detection.end &&
        detection.start < end &&
        (confidence === 'high' || confidence === detection.confidence),
    );
    if (known) return false;
    told.push(detection);
    if (told.length > remembered) told.shift();
    return true;
  };
}
