import type { Ecosystem } from '../ecosystem.ts';
import { fitPython } from './fit.ts';

/** Python: pip, poetry and uv. */
export const python: Ecosystem = {
  name: 'python',
  image: /(?:^|\/)python$/,
  detect: ({ list }) =>
    list.some((path) => /^(?:requirements[^/]*\.txt|pyproject\.toml|setup\.(?:py|cfg)|uv\.lock)$/.test(path)),
  fit: fitPython,
};
