/** The part of the stylesheet for a case, its chat, the dashboard and the settings. */
export const CASE_STYLE = `
.case-head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
.facts { display: flex; flex-wrap: wrap; gap: .25rem .625rem; align-items: baseline; margin: .25rem 0 0; color: var(--faint); }
.case { display: grid; gap: .75rem; align-items: start; }
.side { display: grid; gap: .75rem; min-width: 0; }
@media (min-width: 56rem) {
  .case { grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); }
  .side { grid-column: 1 / -1; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); align-items: start; }
}
@media (min-width: 84rem) {
  .case { grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr) minmax(0, .85fr); }
  .side { grid-column: auto; grid-template-columns: minmax(0, 1fr); }
}
.side form { display: grid; gap: .5rem; justify-items: start; }
.side form.inline { display: flex; margin-block-start: .5rem; }
.side .field { width: 100%; }
.short li { padding-block: .1875rem; }

.chat h2 { display: flex; justify-content: space-between; align-items: baseline; }
.live { font-size: .75rem; font-weight: 500; color: var(--faint); }
.live::before { content: "●"; margin-inline-end: .25rem; }
.live.is-on { color: var(--good); }
.sessions { display: flex; gap: .25rem; margin-block-end: .5rem; }
.sessions a { padding: 0 .5rem; border: 1px solid var(--line); border-radius: .375rem; text-decoration: none; }
.sessions a[aria-current] { background: var(--raised); color: var(--text); font-weight: 600; }
.lines { display: grid; gap: .5rem; max-height: min(60vh, 40rem); overflow-y: auto; overscroll-behavior: contain; padding: .125rem; align-content: start; }
.line { max-width: 92%; justify-self: start; }
.line .text { padding: .3125rem .625rem; border-radius: .25rem .75rem .75rem; background: var(--raised); margin: .0625rem 0 0; width: fit-content; }
.line.by-agent, .line.by-assistant { justify-self: end; }
.line.by-agent .by, .line.by-assistant .by { display: block; text-align: end; }
.line.by-agent .text, .line.by-assistant .text { border-radius: .75rem .25rem .75rem .75rem; margin-inline-start: auto; }
.line.by-agent .text { background: var(--info-ground); }
.line.by-assistant .text { background: none; border: 1px solid var(--line); }
.line.by-bridge { justify-self: center; max-width: 100%; text-align: center; color: var(--faint); font-size: .8125rem; }
.line.by-bridge .text { background: none; padding: 0; margin-inline: auto; }
.line.is-failed .text { border: 1px solid var(--bad); }
.line .state { color: var(--bad); }
.line.is-pending .state { color: var(--faint); }
.by { font-size: .75rem; color: var(--faint); }
.by strong { font-weight: 600; color: var(--text); }
.text { white-space: pre-wrap; }
.suggestions ul { display: grid; gap: .25rem; }
.suggestions li a, .suggestions li strong { font-weight: 600; }
.suggestions .summary { display: block; color: var(--faint); font-size: .8125rem; }
.suggestions .inline { justify-content: space-between; flex-wrap: nowrap; }
.replies ul { display: flex; flex-wrap: wrap; gap: .375rem; }
.replies button { min-height: 1.75rem; }
.replies { margin-block-start: .5rem; }
[data-copied]::after { content: "copied"; margin-inline-start: .375rem; color: var(--good); font-size: .75rem; }

.history li { padding-block: .3125rem; border-block-end: 1px solid var(--line); font-size: .8125rem; }
.history li:last-child { border: 0; }
.history .note { border-inline-start: 3px solid var(--accent); padding-inline-start: .5rem; }
.history .text { margin: 0; font-size: .875rem; }

.question h2 { font-size: 1rem; margin: 0; }
.ways { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: start; }
.ways details[open] { flex: 1 0 100%; }

.charts { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(34rem, 100%), 1fr)); }
.tiles { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); margin: 0; }
.tiles > div { background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); padding: .5rem .75rem; }
.tiles dt { color: var(--faint); font-size: .8125rem; }
.tiles dd { margin: 0; font-size: 1.375rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles dd small { font-size: .75rem; font-weight: 400; color: var(--faint); display: block; }
figure { margin: 0; }
figcaption { font-weight: 600; font-size: .9375rem; margin-block-end: .25rem; }
.legend { display: flex; gap: .75rem; font-size: .75rem; color: var(--faint); }
.legend span::before { content: ""; display: inline-block; width: .75rem; height: .1875rem; margin-inline-end: .375rem; vertical-align: middle; background: var(--series); }
.series-0 { --series: light-dark(#4150d8, #8f9bff); }
.series-1 { --series: light-dark(#0b7f6f, #4fd1be); }
svg.chart { width: 100%; height: auto; display: block; }
svg .axis { fill: var(--faint); font: 11px system-ui, sans-serif; }
svg .grid { stroke: var(--line); }
svg .bar { fill: var(--series); }
svg .curve { fill: none; stroke: var(--series); stroke-width: 2; stroke-linejoin: round; }
svg .area { fill: var(--series); opacity: .12; }
svg .dot { fill: var(--series); }
figure details { margin-block-start: .25rem; font-size: .8125rem; }
figure details > div { max-height: 16rem; overflow: auto; }

.settings, .settings form:not(.actions) { display: grid; gap: .75rem; }
.rows { display: grid; gap: .5rem; margin-block: .5rem; }
.row { display: grid; gap: .375rem .75rem; grid-template-columns: repeat(auto-fit, minmax(min(9rem, 100%), 1fr)); padding: .5rem; border: 1px solid var(--line); border-radius: .375rem; align-items: end; }
.row .wide { grid-column: 1 / -1; }
.row > button { justify-self: start; }
.pair { display: flex; gap: .25rem; }
.pair select { width: auto; flex: none; }
.pair input { min-width: 0; }
.sticky { position: sticky; bottom: 0; padding: .5rem; background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); }
.stored pre { max-height: 14rem; overflow: auto; white-space: pre-wrap; margin: 0; font-size: .75rem; }
`.trim();
