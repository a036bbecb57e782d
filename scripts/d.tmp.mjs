import { readPage } from "./lib/website/read-page.ts";
const TEXT="You can send things back. ".repeat(8);
for (const [name, html] of [["nested 1M","<div>".repeat(1e6)],["deep 190", "<div>".repeat(190)+TEXT.repeat(3)],["flat 10000",`<p>${TEXT}</p><div><b>a</b></div>`.repeat(3300)], ["flat 45000",`<p>x</p><div><b>a</b></div>`.repeat(15000)]]) {
 const t=performance.now(); let r; try { r = readPage(`<html><body>${html}`, new URL("https://a.example")); } catch(e) { r={reason:e.message} } console.log(name, performance.now()-t|0, r.ok, r.reason);
}
