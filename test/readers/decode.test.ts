import { expect, test } from 'vitest';
import { decode } from '../../src/readers/decode.ts';
import type { Encoding } from '../../src/readers/encodings.ts';
import { inPieces } from './reading.ts';

async function textOf(bytes: Uint8Array, encoding: Encoding, size = 64 * 1024): Promise<string> {
  let text = '';
  for await (const chunk of decode(inPieces(bytes, size), 'a.csv', { encoding })) {
    expect(chunk.isWellFormed()).toBe(true);
    text += chunk;
  }
  return text;
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

// 张三, a four-byte character of plane 2, one of the BMP (ḁ), €, and ASCII between.
const GB18030 = hex('d5 c5 2c c8 fd 0a 95 36 cf 34 95 30 cf 30 2c 81 35 f4 30 41 a2 e3 39 82 35 f0 31');
const UTF8 = Buffer.from('姓名,é𠮷🤤\r\n\u{10ffff}\uffff"王芳\ufeff"\n\0');
const UTF16 = Buffer.from('姓名,é𠮷🤤\r\n\u{10ffff}王芳', 'utf16le');
const UTF16BE = Buffer.from(UTF16).swap16();
const ASCII_X = { 'utf-8': 'x', gb18030: 'x', 'utf-16le': 'x\0', 'utf-16be': '\0x' } as const;

test.each([
  ['gb18030', GB18030],
  ['utf-8', UTF8],
  ['utf-16le', UTF16],
  ['utf-16be', UTF16BE],
] as const)('%s: no character is split, whatever the size of the chunks', async (encoding, bytes) => {
  const whole = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  for (let size = 1; size <= bytes.length; size++) {
    // The file is shifted against the chunks, so that every byte is a chunk border in every alignment.
    for (let shift = 0; shift < 4; shift++) {
      const padding = 'x'.repeat(shift);
      const padded = Buffer.concat([Buffer.from(ASCII_X[encoding].repeat(shift), 'latin1'), bytes]);
      expect(await textOf(padded, encoding, size)).toBe(padding + whole);
    }
  }
});

test('a GB18030 character may have bytes that are ASCII elsewhere: \\ | and digits', async () => {
  // 乗 = 81 5C, 亅 = 81 7C, a four-byte character with digits in second and fourth place.
  expect(await textOf(hex('81 5c 81 7c 81 30 81 30 5c 7c 30'), 'gb18030', 1)).toBe('乗亅\u0080\\|0');
});

test.each([
  ['utf-8', 'efbbbf', 'a,b'],
  ['gb18030', '84319533', 'a,b'],
  ['utf-16le', 'fffe', 'a\0,\0b\0'],
  ['utf-16be', 'feff', '\0a\0,\0b'],
] as const)('%s: its own byte order mark is removed', async (encoding, mark, rest) => {
  const bytes = Buffer.concat([hex(mark), Buffer.from(rest)]);
  for (const size of [1, 2, 100]) expect(await textOf(bytes, encoding, size)).toBe('a,b');
});

test.each([
  ['utf-8', 'fffe61000a00', /UTF-16LE byte order mark.*declared as UTF-8: declare encoding: 'utf-16le'/],
  ['utf-8', 'feff0061', /UTF-16BE byte order mark.*declare encoding: 'utf-16be'/],
  ['utf-16le', 'fffe000061000000', /UTF-32LE/],
  ['gb18030', 'efbbbf61', /UTF-8 byte order mark.*declared as GB18030/],
  ['utf-8', '8431953361', /GB18030 byte order mark/],
  ['utf-8', '504b03040a00', /\.xlsx.*ZIP/],
  ['utf-8', 'd0cf11e0a1b1', /old Excel/],
  ['utf-8', '1f8b0800', /gzip/],
] as const)('%s: a file that begins with %s is refused by name', async (encoding, bytes, message) => {
  for (const size of [1, 100]) {
    await expect(textOf(hex(bytes), encoding, size)).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message: expect.stringMatching(message),
    });
  }
});

test('GBK bytes in a file declared as UTF-8: file, line, byte offset and what to do', async () => {
  const bytes = Buffer.concat([Buffer.from('\ufeffid,name\r\nA-1,'), hex('d5c5c8fd0a')]);
  for (const size of [1, 2, 3, 5, 100]) {
    await expect(textOf(bytes, 'utf-8', size)).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message: expect.stringMatching(
        /^a\.csv, line 2, byte 16 \(0xd5.*looks like GB18030\/GBK: declare encoding: 'gb18030'\.$/,
      ),
    });
  }
});

test.each([
  ['overlong', 'c0af'],
  ['surrogate', 'eda080'],
  ['beyond U+10FFFF', 'f4908080'],
  ['lone continuation', '80'],
  ['cut off at the end', 'e5bc'],
])('UTF-8, %s, after Chinese text: damaged, not taken for GBK', async (_, bad) => {
  const good = Buffer.from('姓名\n王芳\n');
  const message = expect.stringMatching(new RegExp(`line 3, byte ${good.length} .*damaged`));
  for (const size of [1, 3, 100]) {
    await expect(textOf(Buffer.concat([good, hex(bad)]), 'utf-8', size)).rejects.toMatchObject({ message });
  }
});

test('lines are counted in CR-only files too', async () => {
  const bytes = Buffer.concat([Buffer.from('a\rb\rc'), hex('ff')]);
  await expect(textOf(bytes, 'utf-8', 1)).rejects.toThrow(/line 3, byte 5/);
});

test.each([
  ['gb18030', '61ff', /byte 1 .*not valid GB18030/],
  ['gb18030', '6181', /byte 1 /],
  ['gb18030', '61813081', /byte 1 /],
  ['gb18030', 'e3329a36', /byte 0 /],
  ['utf-16le', '610000d86200', /byte 2 .*not valid UTF-16LE/],
  ['utf-16le', '610062', /byte 2 /],
  ['utf-16be', '0061d8000062', /byte 2 .*not valid UTF-16BE/],
] as const)('%s: invalid bytes %s are refused', async (encoding, bytes, message) => {
  for (const size of [1, 2, 100]) await expect(textOf(hex(bytes), encoding, size)).rejects.toThrow(message);
});

test.each(['gb18030', 'utf-16le', 'utf-16be'] as const)(
  'UTF-8 declared as %s does not become mojibake',
  async (encoding) => {
    const rows = Buffer.from(`id,评价\n${'1,沟通清晰\n'.repeat(4000)}`);
    for (const size of [7, 64 * 1024]) {
      await expect(textOf(rows, encoding, size)).rejects.toMatchObject({
        code: 'SOURCE_INVALID',
        message: expect.stringMatching(/UTF-8|UTF-16/),
      });
    }
    await expect(textOf(Buffer.from('id,name\n1,你好'), encoding)).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
    });
  },
);

const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each([
  ['utf-8', 'UTF-16LE', Buffer.from('id,name\n1,x\n', 'utf16le')],
  ['utf-8', 'UTF-16LE', Buffer.from('id,评价\n1,一般\n', 'utf16le')],
  ['gb18030', 'UTF-16BE', swapped('id,name\n1,x\n')],
  ['utf-16le', 'UTF-16BE', swapped(`id,评价\n${'1,可以进一步沟通\n'.repeat(20)}`)],
  ['utf-16be', 'UTF-16LE', Buffer.from('id,评价\n1,通过\n', 'utf16le')],
] as const)(
  'a file declared as %s that is %s without a mark is named for what it is',
  async (encoding, name, bytes) => {
    await expect(textOf(bytes, encoding)).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message: `a.csv is declared as ${encoding.toUpperCase()}, but looks like ${name} without a byte order mark from byte 0 on: declare encoding: '${name.toLowerCase()}'.`,
    });
  },
);

test('UTF-8 declared as GB18030 does not become mojibake when it was cut off within a character either', async () => {
  const bytes = Buffer.from('id,name,result\n1,王强,通过');
  for (const less of [0, 1, 2])
    await expect(textOf(bytes.subarray(0, bytes.length - less), 'gb18030')).rejects.toMatchObject({
      message: expect.stringMatching(/looks like UTF-8|valid UTF-8|not valid GB18030/),
    });
});

test('an empty file has no text', async () => {
  for (const encoding of ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const)
    expect(await textOf(new Uint8Array(), encoding)).toBe('');
});
