import type { Ecosystem } from '../ecosystem.ts';
import { fitDotnet } from './fit.ts';

/** .NET, where one project is published. */
export const dotnet: Ecosystem = {
  name: 'dotnet',
  image: /^mcr\.microsoft\.com\/dotnet\/sdk$/,
  detect: ({ list }) => list.some((path) => /\.(?:cs|fs|vb)proj$|\.slnx?$/.test(path)),
  fit: fitDotnet,
};
