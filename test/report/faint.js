/**
 * Visible texts whose contrast with what lies behind them is less than 4.5 (WCAG 2.2, 1.4.3). Runs in the page, as text.
 *
 * @returns {string[]}
 */
function faint() {
  /** @param {string} color */
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  /** @param {string} color */
  const luminance = (color) => {
    const [r = 0, g = 0, b = 0] = channels(color)
      .slice(0, 3)
      .map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  /** @param {Element | null} element @returns {string} */
  const behind = (element) => {
    if (element === null) return getComputedStyle(document.body).backgroundColor;
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor;
  };
  /** @param {Element} element */
  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
  const texts = [...document.querySelectorAll('body *')].filter(
    (element) => hasText(element) && element.checkVisibility(),
  );
  return texts.flatMap((element) => {
    const style = getComputedStyle(element);
    const color = element instanceof SVGElement ? style.fill : style.color;
    const [dark = 0, bright = 0] = [luminance(color), luminance(behind(element))].sort((a, b) => a - b);
    const ratio = (bright + 0.05) / (dark + 0.05);
    const name = `${element.localName}.${element.getAttribute('class') ?? ''}`;
    return ratio < 4.5 ? [`${name} ${ratio.toFixed(2)} ${element.textContent?.slice(0, 30)}`] : [];
  });
}
faint();
