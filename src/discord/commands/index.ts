import { caseCommand } from "./case.ts";
import type { Command } from "./command.ts";
import { helpme } from "./helpme.ts";

/** All slash commands, as they are registered and answered. */
export const commands: readonly Command[] = [helpme, caseCommand];
