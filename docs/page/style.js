// How the explorer looks. A constructed sheet, because the page's policy forbids inline styles.

const KOFN_STYLE = `
:host { display: block; container-type: inline-size; margin: 1.5rem 0; }
:host([hidden]), [hidden] { display: none !important; }
.explorer {
  --paper: #fff; --ink: #1c1e21; --soft: #565c64; --rule: #dcdfe3; --edge: #868c94; --field: #f5f6f8;
  --correct: #0072b2; --abstain: #b34700; --wrong: #00795a; --compare: #5f6670; --alarm: #a8201a; --good: #00694e;
  color-scheme: light; background: var(--paper); color: var(--ink); border: 1px solid var(--rule); border-radius: 12px;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  padding: 28px 32px; display: grid; align-items: start; gap: 20px 40px; grid-template-columns: minmax(0, 1fr);
  text-align: left;
}
@media screen {
  .explorer[data-theme="dark"] {
    --paper: #1b1d20; --ink: #e6e7e9; --soft: #a9afb7; --rule: #34383e; --edge: #7d848d; --field: #26292d;
    --correct: #56b4e9; --abstain: #f07f3a; --wrong: #1aa67e; --compare: #9aa1aa; --alarm: #ff8a80; --good: #34c79b;
    color-scheme: dark;
  }
}
@container (min-width: 800px) {
  .explorer:not(.compact) { grid-template-columns: 264px minmax(0, 1fr); }
  .explorer:not(.compact) > .controls { grid-column: 1; grid-row: 1 / span 3; }
  .explorer:not(.compact) > :not(.controls) { grid-column: 2; }
}
* { box-sizing: border-box; }
.check, .breaks, .more, .controls, .head { grid-template-columns: minmax(0, 1fr); }
p { margin: 0; }
.title {
  font-size: 20px; line-height: 1.3; font-weight: 650; margin: 0 0 8px; letter-spacing: -0.01em; text-wrap: balance;
}
.title::first-letter { text-transform: uppercase; }
.readout { display: flex; flex-wrap: wrap; gap: 2px 18px; font-variant-numeric: tabular-nums; min-height: 1.5em; }
.readout .count { color: var(--soft); min-width: 5.2em; }
.values { display: flex; flex-wrap: wrap; gap: 0 24px; }
.alone { color: var(--soft); font-variant-numeric: tabular-nums; }
.readout b { font-weight: 600; }
.fine, .hint { font-size: 13px; line-height: 1.5; color: var(--soft); }
.caption { margin-top: 4px; }
.problem, .message { color: var(--alarm); font-size: 14px; margin-top: 6px; }
.problem { border-left: 3px solid currentColor; padding-left: 10px; }

.chart { margin: 10px 0 0; cursor: crosshair; border-radius: 6px; touch-action: pan-y; user-select: none; }
.chart svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 13px; fill: var(--soft); font-variant-numeric: tabular-nums; }
svg path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.grid { stroke: var(--rule); stroke-width: 1; shape-rendering: crispEdges; }
.axis { stroke: var(--edge); stroke-width: 1; shape-rendering: crispEdges; }
.now { stroke: var(--edge); stroke-width: 1; stroke-dasharray: 1 4; }
svg .correct { --series: var(--correct); } svg .abstain { --series: var(--abstain); }
svg .wrong { --series: var(--wrong); }
svg .line { stroke: var(--series); stroke-width: 2; }
svg .abstain.line { stroke-dasharray: 9 5; } svg .wrong.line { stroke-dasharray: 0.5 4.5; stroke-width: 2.6; }
svg .independent { stroke: var(--compare); stroke-width: 1.4; stroke-dasharray: 5 4; }
svg .dots { fill: var(--series); }
svg .interval { stroke: var(--series); stroke-width: 1.2; }
svg .mark { fill: var(--series); }
svg .hollow { fill: var(--paper); stroke: var(--series); stroke-width: 1.1; }
svg .current { fill: none; stroke: var(--series); stroke-width: 2; }
svg text.correct, svg text.abstain, svg text.wrong { fill: var(--series); font-weight: 550; }
svg text.independent { fill: var(--compare); stroke: none; }
.refused .chart { opacity: 0.35; filter: grayscale(1); }
.readout .correct b { color: var(--correct); } .readout .abstain b { color: var(--abstain); }
.readout .wrong b { color: var(--wrong); }
.refused .title, .refused .readout b { color: var(--soft); font-weight: 400; }

.controls { display: grid; gap: 16px; align-content: start; margin: 0; }
@container (min-width: 520px) and (max-width: 799px) { .controls { grid-template-columns: 1fr 1fr; column-gap: 32px; } }
.compact .controls { grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); column-gap: 32px; }
.head { display: grid; gap: 4px; }
.head.number { grid-template-columns: minmax(0, 1fr) 88px; align-items: center; gap: 10px; }
.list .head.number { grid-template-columns: 1fr; gap: 4px; }
label, summary { font-size: 14px; font-weight: 550; }
input, select, button { font: inherit; font-size: 14px; color: inherit; }
input[type="text"], select {
  width: 100%; min-height: 34px; padding: 4px 10px; border: 1px solid var(--edge); border-radius: 7px;
  background: var(--field);
  font-variant-numeric: tabular-nums;
}
.head.number input[type="text"] { text-align: right; }
.list .head.number input[type="text"] { text-align: left; }
input[aria-invalid="true"] { border-color: var(--alarm); box-shadow: 0 0 0 1px var(--alarm); }
input[type="range"] { width: 100%; margin: 8px 0 0; height: 20px; accent-color: var(--correct); cursor: pointer; }
.hint { margin-top: 4px; }
.compact .hint { display: none; }
button {
  min-height: 34px; padding: 4px 14px; border: 1px solid var(--edge); border-radius: 7px; background: transparent;
  cursor: pointer;
}
button:hover { background: var(--field); }
button.main { background: var(--ink); color: var(--paper); border-color: var(--ink); }
button[aria-pressed="true"] { background: var(--field); border-color: var(--ink); font-weight: 600; }
button.repair { min-height: 26px; padding: 0 8px; color: var(--ink); }
:focus-visible { outline: 2.5px solid var(--correct); outline-offset: 2px; }
summary { cursor: pointer; padding: 4px 0; width: fit-content; }
details.advanced[open] { display: grid; gap: 14px; }
.advanced .field { margin-top: 10px; }

.check { border-top: 1px solid var(--rule); padding-top: 18px; display: grid; gap: 14px; }
.verdict-line { font-weight: 600; font-size: 16px; display: flex; gap: 10px; align-items: baseline; }
.verdict .fine { margin: 4px 0 0 27px; }
.sign { display: inline-block; width: 17px; text-align: center; flex: none; color: var(--soft); }
[data-state="agree"] .sign { color: var(--good); }
[data-state="caught"] .verdict-line, [data-state="disagree"] .verdict-line, [data-state="refused"] .verdict-line {
  color: var(--alarm);
}
[data-state] .sign { font-weight: 700; }
[data-state="caught"] .sign, [data-state="disagree"] .sign, [data-state="refused"] .sign { color: var(--alarm); }
.breaks { display: grid; gap: 6px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.breaks select { flex: 1 1 220px; max-width: 520px; min-width: 0; width: 0; text-overflow: ellipsis; }
.breaks.broken button { background: var(--alarm); color: var(--paper); border-color: var(--alarm); }
.more { border-top: 1px solid var(--rule); padding-top: 12px; display: grid; gap: 8px; }
.tabs { display: flex; flex-wrap: wrap; gap: 6px; }
.share .row { margin: 8px 0; }
.told { font-size: 13px; color: var(--soft); }
pre {
  margin: 0; padding: 14px 16px; background: var(--field); border-radius: 8px; overflow-x: auto;
  font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; tab-size: 4;
}
.scroll { overflow: auto; max-height: 334px; margin-top: 6px; }
table {
  border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; width: 100%; background: none;
  margin: 0;
}
th, td {
  padding: 3px 10px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; font-weight: 400;
}
thead th { color: var(--soft); }
th[scope="colgroup"] { text-align: center; }
tr.now { background: var(--field); } tr.now th { font-weight: 700; }

@container (max-width: 519px) {
  .explorer { padding: 18px 16px; gap: 18px; border-radius: 10px; }
  .title { font-size: 18px; }
  .readout, .alone { font-size: 14px; }
  .readout { gap: 0 14px; }
  .readout .count { flex-basis: 100%; }
}
@media (forced-colors: active) {
  .explorer {
    --ink: CanvasText; --soft: CanvasText; --rule: GrayText; --edge: CanvasText; --paper: Canvas; --field: Canvas;
    --correct: CanvasText; --abstain: CanvasText; --wrong: CanvasText; --compare: GrayText; --alarm: CanvasText;
  }
}
@media print {
  .explorer { border: 0; padding: 0; grid-template-columns: 1fr !important; break-inside: avoid; }
  .controls, .breaks, .more { display: none; }
  .explorer > * { grid-column: 1 !important; }
}
@media (prefers-reduced-motion: no-preference) { .chart, .title { transition: opacity 0.15s; } }
`;

/** The sheet, shared by all explorers of a page. */
const kofnStyle = once(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(KOFN_STYLE);
  return sheet;
});
