/// <reference types="vite/client" />
import.meta.glob("../unit/{article-rows,config,parse-article,terms}.test.ts", { eager: true });
