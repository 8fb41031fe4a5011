import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';

/** Steps between the shades of a colour: text on white looks the same with a dozen of them. */
const STEP = 17;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture as a PNG with a palette, a third of what Chromium writes: documents should stay small. */
export async function smallPng(page: Page, png: Buffer): Promise<Buffer> {
  const { width, height, rgba } = await pixelsOf(page, png);
  const palette = new Map<number, number>();
  // Each line begins with the number of its filter: none.
  const lines = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < width * height; at++) {
    const [red, green, blue] = [0, 1, 2].map((i) => Math.round((rgba[at * 4 + i] ?? 0) / STEP) * STEP);
    const colour = ((red ?? 0) << 16) | ((green ?? 0) << 8) | (blue ?? 0);
    let index = palette.get(colour);
    // The colours that a page has beyond 256 are single pixels at the edges of letters.
    if (index === undefined && palette.size < 256) {
      index = palette.size;
      palette.set(colour, index);
    }
    lines[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = index ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8);
  const colours = Buffer.from([...palette.keys()].flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** The browser knows how to read a PNG. */
async function pixelsOf(
  page: Page,
  png: Buffer,
): Promise<{ readonly width: number; readonly height: number; readonly rgba: Buffer }> {
  const blank = await page.context().newPage();
  const read = await blank.evaluate<{ width: number; height: number; base64: string }>(`(async () => {
    const image = await createImageBitmap(new Blob([Uint8Array.fromBase64('${png.toString('base64')}')]));
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    return { width, height, base64: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer).toBase64() };
  })()`);
  await blank.close();
  return { ...read, rgba: Buffer.from(read.base64, 'base64') };
}
