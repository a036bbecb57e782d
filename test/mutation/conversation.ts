/// <reference types="vite/client" />
// Pure tests first: most mutants do not live to see the others, which need a database.
import.meta.glob("../unit/{buttons,delivery-policy,languages,split,texts,typos,wants-person}.test.ts", { eager: true });
import.meta.glob(
  [
    "../unit/conversation/{agents,assistant,case-of-session,channel,decide,events,index-order,member,memory}.test.ts",
    "../unit/conversation/{not-delivered,outcomes,person,settled,studio-turns,task-events,whole-messages}.test.ts",
  ],
  { eager: true },
);
import.meta.glob(
  "../unit/conversation/{closing,conversation,hand-over,order,silence,studio,tasks,undelivered}.test.ts",
  {
    eager: true,
  },
);
