// How well a chart can be read: the contrast of its lines and texts, as WCAG 2.2 defines it.

import assert from "node:assert/strict";

const KINDS = ["correct line", "wrong line", "abstain line", "independent", "axis", "text"];

/** Lines need a contrast of 3, texts one of 4.5 (WCAG AA). Says the lowest ones. */
export async function assertReadable(context, page) {
  const measured = await page.evaluate(contrasts);
  const kinds = measured.map(({ kind }) => kind);
  assert.deepEqual(KINDS.filter((kind) => !kinds.includes(kind)), [], "is not drawn");
  const isText = ({ kind }) => kind === "text";
  assert.deepEqual(measured.filter((part) => part.ratio < (isText(part) ? 4.5 : 3)), []);
  const lowest = (parts) => Math.min(...parts.map(({ ratio }) => ratio)).toFixed(1);
  const [lines, texts] = [measured.filter((part) => !isText(part)), measured.filter(isText)];
  context.diagnostic(`lowest contrast of lines ${lowest(lines)}, of texts ${lowest(texts)}`);
}

/** Runs in the page: contrast of all that is drawn in the chart against the paper below it, but for the faint grid. */
function contrasts() {
  const root = document.querySelector("kofn-explorer").shadowRoot;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (color, below) => {
    canvas.fillStyle = below;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const luminance = (color) => {
    const [red, green, blue] = color.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isOpaque = (color) => !/^rgba\(.*, 0\)$|^transparent$/.test(color);
  const parentOf = (element) => element.parentElement ?? element.getRootNode().host;
  const paperOf = (element) => {
    for (let at = element; at; at = parentOf(at)) {
      const { backgroundColor } = getComputedStyle(at);
      if (isOpaque(backgroundColor)) return backgroundColor;
    }
    return "white";
  };
  const paper = paperOf(root.querySelector("svg"));
  const ratio = (color, opacity) => {
    const [front, back] = [over(color, paper), over(paper, paper)];
    const seen = front.map((part, index) => part * opacity + back[index] * (1 - opacity));
    const [light, dark] = [luminance(seen), luminance(back)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const opacityOf = ({ opacity, fillOpacity, strokeOpacity }, isText) => Number(opacity) * Number(isText ? fillOpacity : strokeOpacity);
  const decoration = ["grid", "now"];
  const paths = [...root.querySelectorAll("svg path")].filter((path) => path.getAttribute("d"));
  const lines = paths.filter((path) => !decoration.includes(path.getAttribute("class"))).map((path) => {
    const style = getComputedStyle(path);
    const isStroked = style.stroke !== "none";
    const color = isStroked ? style.stroke : style.fill;
    return { kind: path.getAttribute("class"), ratio: ratio(color, opacityOf(style, !isStroked)) };
  });
  const texts = [...root.querySelectorAll("svg text")].map((text) => {
    const style = getComputedStyle(text);
    return { kind: "text", ratio: ratio(style.fill, opacityOf(style, true)), content: text.textContent };
  });
  return [...lines, ...texts];
}
