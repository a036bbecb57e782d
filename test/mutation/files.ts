/// <reference types="vite/client" />
import.meta.glob("../unit/{config,parse-article,terms}.test.ts", { eager: true });
