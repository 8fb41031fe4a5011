import { hash } from 'node:crypto';
import type { Bilingual, Language } from '../../plan/shape.ts';
import { STYLE } from './style.ts';
import { html, type Markup } from './tag.ts';

/**
 * The head of a self-contained page: its script and style are allowed by their hashes and nothing else is, neither from
 * the network nor from the data.
 * @param script exactly what will stand between the tags of the page's only script
 */
export function pageHead(titles: Bilingual, script: string, language: Language): Markup {
  const policy = [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<html lang="${language}" data-title-zh="${titles.zh}" data-title-en="${titles.en}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${titles[language]}</title>
<style>${{ markup: STYLE }}</style>
</head>`;
}

function sourceHash(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`;
}
