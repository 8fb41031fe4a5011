import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './cli/child.ts';

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Without what stands in code, where brackets mean something else. */
const prose = (page: string): string =>
  textOf(page)
    .replaceAll(/^```.*?^```/gms, '')
    .replaceAll(/`[^`\n]*`/g, '');

/** As GitHub makes them. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsIn = (page: string): readonly string[] =>
  [
    ...textOf(page)
      .replaceAll(/^```.*?^```/gms, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading = '']) => anchorOf(heading));

describe('the documents', () => {
  it.each(PAGES)('%s: every link leads somewhere', (page) => {
    const lost = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
      if (!existsSync(file)) return [target];
      if (anchor === undefined || statSync(file).isDirectory()) return [];
      return anchorsIn(relative(ROOT, file)).includes(anchor) ? [] : [target];
    });
    expect(lost).toEqual([]);
  });

  it('README is read in a few minutes, and leads to every page', () => {
    expect(Buffer.byteLength(textOf('README.md'))).toBeLessThanOrEqual(10_240);
    const linked = PAGES.filter((page) => page.startsWith('docs/')).filter(
      (page) => !textOf('README.md').includes(`](${page})`),
    );
    expect(linked).toEqual([]);
  });
});
