/// <reference types="vite/client" />
import.meta.glob(
  "../unit/twilio-{attributes,conversation-events,errors,messages,rest,signature,task-events,webhooks}.test.ts",
  { eager: true },
);
