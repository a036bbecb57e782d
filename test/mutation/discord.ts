/// <reference types="vite/client" />
import.meta.glob(
  ["../unit/discord-{errors,ids,interactions,interactions-door,render,rest}.test.ts", "../unit/member-message.test.ts"],
  { eager: true },
);
