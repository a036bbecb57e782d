/// <reference types="vite/client" />
import.meta.glob(
  [
    "../unit/discord-{errors,ids,interactions,interactions-door,rate-limits,render,render-agents,rest}.test.ts",
    "../unit/member-message.test.ts",
  ],
  { eager: true },
);
