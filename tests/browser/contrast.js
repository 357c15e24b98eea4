// Every visible text whose contrast against its ground is below 4.5 : 1.
() => {
  const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const parse = (text) => {
    const numbers = text.match(/[\d.]+/g).map(Number);
    const unit = text.startsWith('color(') ? 1 : 255;
    return [...numbers.slice(0, 3).map(v => v / unit), numbers[3] ?? 1];
  };
  const over = (top, ground) => top.slice(0, 3).map((v, i) => v * top[3] + ground[i] * (1 - top[3]));
  const ground = (node) => {
    if (!node) return [1, 1, 1];
    const here = parse(getComputedStyle(node).backgroundColor);
    return here[3] === 1 ? here.slice(0, 3) : over(here, ground(node.parentElement));
  };
  const weak = [];
  const walk = document.createTreeWalker(document.querySelector('.jp-wb-sheet'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !node.checkVisibility() || node.closest('script, style, .jp-wb-hidden, .jp-wb-skip')) continue;
    const back = ground(node);
    const [a, b] = [luminance(over(parse(getComputedStyle(node).color), back)), luminance(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) weak.push(`${walk.currentNode.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return weak;
}
