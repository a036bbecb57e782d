import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { alone, type Group } from "../figures.ts";

const WRITES = 200;

/** What each durable write waits for: both the Worker and its floors do so twice for a message. */
export async function measureMachine(folder: string): Promise<Group> {
  const name = join(folder, "synced");
  const file = await open(name, "w");
  const page = Buffer.alloc(4096, 1);
  const times: number[] = [];
  for (let n = 0; n < WRITES; n++) {
    await file.write(page, 0, page.length, n * page.length);
    const startedAt = performance.now();
    await file.sync();
    times.push(performance.now() - startedAt);
  }
  await file.close();
  await rm(name);
  return { title: "This machine", figures: [alone("to have a page written on the disk", "ms", times)] };
}
