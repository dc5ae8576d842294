import type { Ecosystem } from '../ecosystem.ts';
import { fitRust } from './fit.ts';

/** Rust, where Cargo builds one program. */
export const rust: Ecosystem = {
  name: 'rust',
  image: /^rust$/,
  detect: ({ list }) => list.includes('Cargo.toml'),
  fit: fitRust,
};
