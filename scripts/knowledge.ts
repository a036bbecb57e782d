import { knowledge } from "./lib/knowledge-command.ts";
import { openLocalDatabase } from "./lib/local-database.ts";
import { internet } from "./lib/website-source.ts";

process.exitCode = await knowledge(process.argv.slice(2), {
  openDatabase: openLocalDatabase,
  outside: internet,
  now: Date.now,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  progress: process.stderr,
});
