import type { Pause } from "../src/outside/call.ts";

/** Waits on the runtime's clock. */
export const pause: Pause = (ms, signal) => scheduler.wait(ms, signal ? { signal } : {}).catch(() => undefined);
