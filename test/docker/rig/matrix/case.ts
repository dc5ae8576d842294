import type { ImagePlace } from '../../../../src/finding.ts';
import { fake } from './values.ts';

/** Where and how `safebuild verify` must say that a value lies. What is absent may be anything. */
export interface Expected {
  place: ImagePlace;
  /** Of a file, or the JSON pointer. */
  path?: string | RegExp;
  /** The chain of wrappers and encodings, joined by ` › `; the empty text for a value that stands there as it is. */
  form?: string | RegExp;
  visible?: boolean;
  /** A part of the instruction that made the layer. */
  createdBy?: string;
}

/** One way in which a value lies in an image. */
export interface Case {
  group: string;
  title: string;
  /** Of the secret in the env file; undefined for a secret that nobody declared. */
  name: string | undefined;
  value: string;
  /** For a secret that nobody declared: what recognises it. */
  rule?: string;
  /** For the table. */
  lies: string;
  /** The first must be found; the others may be, too. */
  expected: readonly [Expected, ...Expected[]];
}

/** How a file of the image holds a value. */
export interface FilePlant {
  /** 40 characters of its own when absent. */
  value?: string;
  /** Of the file, in the folder of its group; made from the title when absent. */
  file?: string;
  content: (value: string) => string | Buffer;
  /**
   * Gets back from the content to what holds the value as it is, by other code than safebuild's: what plants nothing proves
   * nothing. The content itself when absent.
   */
  decode?: (content: Buffer) => string | Buffer;
  /** What of the value is in the file; all of it when absent. */
  part?: (value: string) => string;
  form?: string | RegExp;
}

/** The cases of one group, and the files that plant them, by path. */
export class Bed {
  readonly group: string;
  readonly folder: string;
  readonly cases: Case[] = [];
  readonly files = new Map<string, Buffer>();

  constructor(group: string, folder: string) {
    this.group = group;
    this.folder = folder;
  }

  /** Adds a case without planting anything; gives back its value. */
  add(title: string, lies: string, expected: Case['expected'], value: string = fake()): string {
    if (this.cases.some((each) => slug(each.title) === slug(title))) throw new Error(`${title} is there twice`);
    this.cases.push({ group: this.group, title, name: nameOf(this.group, title), value, lies, expected });
    return value;
  }

  /** Plants a value in a file, and makes sure that it is there. */
  file(title: string, plant: FilePlant): void {
    const { value = fake(), file = `${slug(title)}.txt`, form = '', part = (whole) => whole } = plant;
    const content = Buffer.from(plant.content(value));
    const decoded = Buffer.from(plant.decode?.(content) ?? content);
    if (!decoded.includes(Buffer.from(part(value)))) throw new Error(`${this.group}: ${title} plants nothing`);
    const path = `${this.folder}/${file}`;
    this.files.set(path, content);
    this.add(title, path, [{ place: 'layer', path, form, visible: true, createdBy: `COPY ${this.folder} ` }], value);
  }

  /** The value of the case with this title. */
  valueOf(title: string): string {
    const found = this.cases.find((each) => each.title === title);
    if (found === undefined) throw new Error(`${this.group} has no ${title}`);
    return found.value;
  }
}

/** `base64, wrapped` → `base64-wrapped`. */
export function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function nameOf(group: string, title: string): string {
  return `${slug(`${group}-${title}`).replaceAll('-', '_').toUpperCase()}_TOKEN`;
}

/** Whether a value is a word that stands in other places too. */
export function isCommon(value: string): boolean {
  return /^[a-z]+$/.test(value);
}

/** The env file that declares the secrets of the cases. */
export function envFileOf(cases: readonly Case[]): string {
  return cases.flatMap(({ name, value }) => (name === undefined ? [] : [`${name}=${quoted(value)}\n`])).join('');
}

function quoted(value: string): string {
  const quote = ["'", '`', '"'].find((each) => !value.includes(each));
  if (quote === undefined) throw new Error('a value with all three quotes cannot stand in an env file');
  return `${quote}${value}${quote}`;
}
