/// <reference types="vite/client" />
import.meta.glob(
  "../unit/gateway-{connection,event-flow,event-queue,frames,hand-over-errors,identify-budget}.test.ts",
  {
    eager: true,
  },
);
