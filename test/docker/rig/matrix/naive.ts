import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

// What somebody does without a scanner, and shares no code with src/: looks for the value as it is.

/** The bytes of a file, or of every file below a folder. */
export function bytesBelow(path: string): Buffer[] {
  if (!statSync(path).isDirectory()) return [readFileSync(path)];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

/** The bytes of a saved image, and those of its layers without their compression. */
export function unpacked(path: string): Buffer[] {
  const stored = bytesBelow(path);
  const blobs = statSync(path).isDirectory() ? stored : stored.flatMap(filesOfTar);
  return blobs.map((blob) => (blob[0] === 0x1f && blob[1] === 0x8b ? gunzipSync(blob) : unzstd(blob)));
}

/** Whether `grep -F` would find it. */
export function grep(value: string, haystack: readonly Buffer[]): boolean {
  const needle = Buffer.from(value);
  return haystack.some((bytes) => bytes.includes(needle));
}

function unzstd(blob: Buffer): Buffer {
  if (blob.length < 4 || blob.readUInt32LE(0) !== 0xfd2fb528) return blob;
  try {
    return execFileSync('zstd', ['-dcq'], { input: blob, maxBuffer: 2 ** 30 });
  } catch {
    // a machine without zstd: nobody would find it there either
    return blob;
  }
}

/** The members of a tar whose names and sizes are plain, as docker save writes it. */
function filesOfTar(tar: Buffer): Buffer[] {
  const files: Buffer[] = [];
  for (let at = 0; tar.toString('latin1', at + 257, at + 262) === 'ustar'; ) {
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    files.push(tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
