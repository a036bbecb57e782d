import { startD1StandIn } from "./d1-stand-in.ts";
import { spawnSync, spawn } from "node:child_process";
const s = await startD1StandIn();
const c = spawn(process.execPath, ["scripts/knowledge.ts","import","--remote"], {env:{...process.env,...s.environment}, stdio:"inherit"});
c.on("close", async (code)=>{ console.log(code, s.calls.map(c=>c.slice(0,80))); await s.close(); });
