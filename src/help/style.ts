/** The pages' stylesheet: one column that a phone can show, dark where the reader likes it dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1d2129, #e6e8ee);
  --faint: light-dark(#596070, #a3aabb);
  --line: light-dark(#dde1e9, #363b47);
  --ground: light-dark(#ffffff, #17191f);
  --raised: light-dark(#f4f5f8, #21242c);
  --link: light-dark(#3b4ad0, #9da9ff);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 44rem;
  padding: 1.25rem max(1rem, env(safe-area-inset-left)) 3rem;
  background: var(--ground);
  color: var(--text);
  font: 1.0625rem/1.65 system-ui, sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
header { margin-block-end: 2rem; }
footer { margin-block-start: 3rem; border-block-start: 1px solid var(--line); padding-block-start: 1rem; }
header, footer, .faint { color: var(--faint); font-size: .9375rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin-block: 0 .5rem; }
h2 { font-size: 1.3125rem; line-height: 1.3; margin-block: 2rem .5rem; }
h3, h4, h5, h6 { font-size: 1.0625rem; margin-block: 1.5rem .25rem; }
.lead { font-size: 1.125rem; color: var(--faint); margin-block: 0 1.5rem; }
ul, ol { padding-inline-start: 1.5rem; }
li { margin-block: .25rem; }
.list { list-style: none; padding: 0; }
.list li { margin: 0; border-block-end: 1px solid var(--line); }
.list a { display: block; padding-block: .625rem; text-decoration: none; }
.list a:hover { text-decoration: underline; }
.languages a { margin-inline-end: .75rem; }
img { max-width: 100%; height: auto; border-radius: .375rem; }
pre, code { font-family: ui-monospace, monospace; font-size: .9em; background: var(--raised); border-radius: .25rem; }
code { padding: .1em .3em; }
pre { padding: .75rem 1rem; overflow-x: auto; direction: ltr; text-align: start; }
pre code { padding: 0; }
blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); }
table { display: block; overflow-x: auto; border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .375rem .625rem; text-align: start; }
hr { border: 0; border-block-start: 1px solid var(--line); margin-block: 2rem; }
.sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`.trimStart();
