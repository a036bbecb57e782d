import { CASE_STYLE } from "./style-case.ts";

/** The desk's stylesheet: dense, for a panel of 380 pixels as well as for a wide tab, light or dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f27, #e7e9ef);
  --faint: light-dark(#5a6272, #a2aabb);
  --line: light-dark(#dfe3ea, #333947);
  --ground: light-dark(#f3f5f8, #13151a);
  --panel: light-dark(#ffffff, #1b1e26);
  --raised: light-dark(#eef0f5, #272b36);
  --link: light-dark(#3644c4, #a3afff);
  --accent: light-dark(#4150d8, #4c5be0);
  --good: light-dark(#136c3c, #6fdc9f);
  --good-ground: light-dark(#e0f5e9, #15301f);
  --warn: light-dark(#7d4a00, #ffc46b);
  --warn-ground: light-dark(#fff0d6, #36270f);
  --bad: light-dark(#a8182f, #ff9aa6);
  --bad-ground: light-dark(#fde6e9, #3b1820);
  --info: light-dark(#1f57a8, #94c2ff);
  --info-ground: light-dark(#e2eefc, #162a45);
  --radius: .5rem;
}
:root[data-theme="dark"] { color-scheme: dark; }
:root[data-theme="light"] { color-scheme: light; }
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font: .875rem/1.45 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  overflow-wrap: anywhere;
}
main { display: grid; gap: .75rem; padding: .75rem; max-width: 110rem; margin: 0 auto; outline: none; }
main > * { min-width: 0; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: .25rem; }
h1 { font-size: 1.25rem; line-height: 1.3; margin: 0; letter-spacing: -.01em; }
h2 { font-size: .9375rem; margin: 0 0 .5rem; }
h3 { font-size: .8125rem; margin: .75rem 0 .25rem; color: var(--faint); }
p { margin: 0 0 .5rem; }
ul, ol { margin: 0; padding: 0; list-style: none; }
q { quotes: "“" "”"; }
.faint, .empty { color: var(--faint); }
.empty { margin: 0; }
.number { color: var(--faint); font-variant-numeric: tabular-nums; font-weight: 400; }
.sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: .5rem; top: -4rem; z-index: 3; padding: .5rem 1rem; background: var(--panel); }
.skip:focus { top: .5rem; }

.top {
  display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding: .375rem .75rem;
  background: var(--panel); border-block-end: 1px solid var(--line); position: sticky; top: 0; z-index: 2;
}
.brand { font-weight: 700; letter-spacing: -.02em; color: var(--link); }
.top nav { display: flex; gap: .125rem; overflow-x: auto; scrollbar-width: none; }
.top nav a { padding: .25rem .5rem; color: var(--text); text-decoration: none; border-radius: .375rem; white-space: nowrap; }
.top nav a:hover { background: var(--raised); }
.top nav a[aria-current] { background: var(--raised); font-weight: 600; }
.top search { flex: 1 1 12rem; max-width: 28rem; margin-inline-start: auto; }
.tools { display: flex; align-items: center; gap: .25rem; }
.who { color: var(--faint); max-width: 12rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

.panel { background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); padding: .75rem; min-width: 0; }
.narrow { max-width: 48rem; width: 100%; margin-inline: auto; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem; }
.actions { display: flex; flex-wrap: wrap; gap: .375rem; align-items: center; margin: 0; }
.inline { display: flex; flex-wrap: wrap; gap: .375rem; align-items: center; }
.inline input[type="search"] { flex: 1; }
.more { margin: .5rem 0 0; }
.pages { display: flex; gap: 1rem; margin-block-start: .5rem; }
.pages:empty { display: none; }

button, .button {
  font: inherit; font-weight: 500; color: var(--text); background: var(--panel); border: 1px solid var(--line);
  border-radius: .375rem; padding: .25rem .75rem; min-height: 2rem; cursor: pointer; text-decoration: none;
  display: inline-flex; align-items: center; overflow-wrap: normal; flex: none; max-width: 100%;
}
button:hover, .button:hover { background: var(--raised); }
button.primary { background: var(--accent); border-color: var(--accent); color: #fff; }
button.primary:hover { filter: brightness(1.08); }
button.quiet { border-color: transparent; min-width: 2rem; justify-content: center; padding: 0; color: var(--faint); }
input, select, textarea {
  font: inherit; color: inherit; background: var(--ground); border: 1px solid light-dark(#8b93a3, #626b7c);
  border-radius: .375rem; padding: .25rem .5rem; min-height: 2rem; width: 100%; min-width: 0;
}
input[type="checkbox"] { width: 1rem; min-height: 1rem; height: 1rem; accent-color: var(--accent); margin: 0; flex: none; }
input[size] { width: auto; }
textarea { resize: vertical; field-sizing: content; max-height: 24rem; }
::placeholder { color: var(--faint); opacity: 1; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr)); gap: .5rem .75rem; margin-block: .5rem; }
.field { display: grid; gap: .125rem; align-content: start; min-width: 0; }
.wide { grid-column: 1 / -1; }
label, legend { font-size: .8125rem; font-weight: 500; color: var(--faint); }
.check { display: inline-flex; align-items: center; gap: .375rem; color: var(--text); min-height: 1.75rem; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.ticks { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-content: start; }
.ticks legend { padding: 0; }
summary { cursor: pointer; padding-block: .25rem; font-weight: 500; }
summary h3 { display: inline; }
.filter details { margin-block-start: .25rem; }

.message { border-radius: var(--radius); padding: .5rem .75rem; margin: 0; border: 1px solid; }
.message ul { list-style: disc; padding-inline-start: 1.25rem; }
.message p:last-child { margin: 0; }
.good { color: var(--good); background: var(--good-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.bad .faint, .bad .by, .bad time { color: inherit; }
.theirs { margin: 0; color: var(--bad); font-size: .8125rem; }

.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: .5rem; }
.count {
  display: grid; padding: .5rem .75rem; background: var(--panel); border: 1px solid var(--line); color: var(--faint);
  border-radius: var(--radius); text-decoration: none; border-inline-start: 4px solid var(--mark, var(--line));
}
.count strong { font-size: 1.375rem; line-height: 1.2; color: var(--text); font-variant-numeric: tabular-nums; }
.count:hover { background: var(--raised); }

.mark { padding: .0625rem .5rem; border-radius: 1rem; font-size: .75rem; font-weight: 600; white-space: nowrap; }
.mark { color: var(--mark); background: var(--mark-ground); }
.status-open { --mark: var(--info); --mark-ground: var(--info-ground); }
.status-pending { --mark: var(--warn); --mark-ground: var(--warn-ground); }
.status-elevated { --mark: var(--bad); --mark-ground: var(--bad-ground); }
.status-resolved { --mark: var(--good); --mark-ground: var(--good-ground); }
.status-closed { --mark: var(--faint); --mark-ground: var(--raised); }
.priority { white-space: nowrap; }
.priority::before { content: "●"; margin-inline-end: .25rem; font-size: .625rem; vertical-align: .1em; color: var(--mark); }
.priority-low { --mark: var(--line); }
.priority-normal { --mark: var(--info); }
.priority-high { --mark: var(--warn); }
.priority-urgent { --mark: var(--bad); font-weight: 600; }
.tag { display: inline-block; padding: 0 .375rem; margin: 0 0 0 .25rem; border-radius: .25rem; background: var(--raised); color: var(--faint); font-size: .75rem; font-weight: 400; }
.due { white-space: nowrap; font-size: .8125rem; color: var(--faint); }
.due-soon { color: var(--warn); font-weight: 600; }
.due-missed { color: var(--bad); font-weight: 600; }
.stars { color: var(--warn); letter-spacing: .05em; }
kbd { font: .75rem ui-monospace, monospace; padding: .0625rem .375rem; border: 1px solid var(--line); border-radius: .25rem; background: var(--raised); }
dialog { border: 1px solid var(--line); border-radius: var(--radius); background: var(--panel); color: var(--text); padding: 1rem 1.25rem; }
dialog::backdrop { background: rgb(0 0 0 / .4); }
dialog dl { display: grid; gap: .375rem; margin: 0 0 .75rem; }
dialog dl div { display: flex; gap: 1rem; }
dialog dt { min-width: 4.5rem; }
dialog dd { margin: 0; }
dialog form { display: grid; gap: .25rem; justify-items: start; }

table { width: 100%; border-collapse: collapse; }
th, td { text-align: start; padding: .375rem .5rem; vertical-align: top; }
thead th { font-size: .75rem; font-weight: 500; color: var(--faint); border-block-end: 1px solid var(--line); }
tbody tr { border-block-end: 1px solid var(--line); }
tbody tr:last-child { border: 0; }
tbody th { font-weight: 400; }
.cases tbody tr:hover, .cases tbody tr:focus-within { background: var(--raised); }
.cases .what a { font-weight: 500; color: var(--text); text-decoration: none; }
.cases .what a:hover { text-decoration: underline; }
.cases .what { width: 40%; }
.changed { white-space: nowrap; color: var(--faint); }
.numeric { text-align: end; font-variant-numeric: tabular-nums; }
${CASE_STYLE}
@media (max-width: 50rem) {
  .cases thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cases, .cases tbody { display: block; }
  .cases tr { display: flex; flex-wrap: wrap; gap: .125rem .625rem; padding: .5rem .25rem; align-items: baseline; }
  .cases th, .cases td { padding: 0; font-size: .8125rem; }
  .cases .what { flex: 1 0 100%; width: auto; font-size: .875rem; }
  main { padding: .5rem; gap: .5rem; }
  .panel { padding: .625rem; }
  .lines { max-height: 45vh; }
  svg .axis { font-size: 18px; }
}
@media (max-width: 30rem) {
  .top { padding: .375rem .5rem; }
  .top nav { order: 3; flex: 1 0 100%; }
  .top search { order: 2; }
  .brand, .who { display: none; }
  .counts { grid-template-columns: repeat(5, minmax(0, 1fr)); gap: .25rem; }
  .count { padding: .25rem .375rem; font-size: .6875rem; border-inline-start-width: 3px; }
  .count strong { font-size: 1rem; }
}
@media (prefers-reduced-motion: no-preference) { button, .button, a { transition: background .1s; } }
`.trimStart();
