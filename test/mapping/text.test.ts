import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText, splitList, text } from '../../src/mapping/text.ts';
import { problemOf } from './problem-of.ts';

describe('text', () => {
  it.each([
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    [' a\n', ' a\n'],
    [7, '7'],
    [0, '0'],
    [7.5, '7.5'],
    [false, 'false'],
  ])('%j gives %j', (value, expected) => {
    expect(text(value)).toBe(expected);
  });

  it.each([[['a']], [{ a: 1 }]])('refuses %j', (value) => {
    expect(problemOf(() => text(value))).toMatchObject({
      code: 'CELL_INVALID',
      value: JSON.stringify(value),
    });
  });
});

describe('splitList', () => {
  it('splits at the usual separators, trims and drops empty parts', () => {
    expect(splitList('王强、刘芳；李四;Ann,Bob，C/D\r\nE、、 ')).toEqual([
      '王强',
      '刘芳',
      '李四',
      'Ann',
      'Bob',
      'C',
      'D',
      'E',
    ]);
    expect(splitList('')).toEqual([]);
    expect(splitList(null)).toEqual([]);
    expect(splitList('a|b, c', '|')).toEqual(['a', 'b, c']);
  });
});

describe('htmlToText', () => {
  it.each([
    ['<p>one</p><p>two</p>', 'one\ntwo'],
    ['<p>one</p>\n\n<p>two</p>', 'one\ntwo'],
    ['<div>a<b>b</b></div>c', 'ab\nc'],
    ['a<br>b<br/>c', 'a\nb\nc'],
    ['<h1>Head</h1>body', 'Head\nbody'],
    ['<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>z', '- a\n- b\n  - c\nz'],
    ['<ol><li><p>a</p></li><li>b</li></ol>', '- a\n- b'],
    ['<li>a</li><li>b</li>', '- a\n- b'],
    ['<a href="https://x.example/y">click</a>', 'click (https://x.example/y)'],
    ['<a href="https://x.example">https://x.example</a>', 'https://x.example'],
    ['<script>alert(1)</script>a<style>b{}</style>c', 'ac'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['<!-- c -->x<img src="x" alt="y">', 'x'],
    ['x &lt;b&gt; &amp;lt; &#20013;&nbsp;y', 'x <b> &lt; 中\u00A0y'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
    ['<scr<script>ipt>alert(1)</script>', 'ipt>alert(1)'],
    ['<p>a <3 b</p>', 'a <3 b'],
    ['<b>x</b> a<b and no end', 'x a<b and no end'],
    ['<body>in</body>out', 'in\nout'],
    ['<pre>a\n  b</pre>', 'a\n  b'],
    ['<p>a\u200Bb</p>', 'a\u200Bb'],
    ['l1\n  l2 &amp;  x', 'l1\n  l2 &  x'],
  ])('%j gives %j', (html, expected) => {
    expect(htmlToText(html)).toBe(expected);
  });

  it.each([
    'a <3 b',
    'a < b > c',
    'R&D\n  second line',
    ' spaces  kept ',
    'a & b; c',
    'AT&T',
    '1 <2',
    'tail a<b',
  ])('leaves %j unchanged: it has no tag and no entity', (plain) => {
    expect(htmlToText(plain)).toBe(plain);
  });

  it.each(['', null, '<p></p>', '<p> </p>', '<script>x</script>', '<hr>'])('%j gives undefined', (html) => {
    expect(htmlToText(html)).toBeUndefined();
  });

  it('cuts nothing off, wraps nothing', () => {
    // Beyond the 16 Mi characters at which the library stops by default.
    const long = `begin ${'x'.repeat(17_000_000)} end`;
    expect(htmlToText(`<p>${long}</p>`)).toBe(long);
  });

  it('refuses tags nested without end instead of failing', () => {
    expect(problemOf(() => htmlToText(`${'<div>'.repeat(30_000)}x`)).code).toBe('CELL_INVALID');
  });

  it('does not take a minute to refuse a cell of nothing but opened tags', () => {
    const began = performance.now();
    for (const tags of ['<a>', '<a></i>', '<DIV><b>'])
      expect(problemOf(() => htmlToText(tags.repeat(150_000))).code).toBe('CELL_INVALID');
    expect(performance.now() - began).toBeLessThan(10_000);
    // These are closed, or never contain each other.
    expect(htmlToText('<p><b>x</b><br>'.repeat(20_000))).toHaveLength(20_000 * 3 - 1);
  });

  it('never lets a tag through, and never fails', () => {
    const tags = fc.constantFrom(
      '<b>',
      '</b>',
      '<script>',
      '</script>',
      '<p class="x">',
      '<img src=x onerror=y>',
      '<li>',
      '<!--',
      '-->',
    );
    const parts = fc.array(fc.oneof(tags, fc.constantFrom('text', ' < ', '中文', '"', "'")), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(parts, (list) => {
        expect(htmlToText(list.join('')) ?? '').not.toMatch(/<\/?(b|script|p|img|li)\b[^<]*>/);
      }),
    );
  });
});
