import { createServer, type Server } from "node:http";

/** What is answered: the status and a body of JSON. */
export type Answer = { readonly status: number; readonly body: string };

export type FarServer = {
  readonly server: Server;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  close(): void;
};

/**
 * An HTTP server that does as little as it can, so that what is measured is the Worker: bodies are read whole, every answer
 * is made at once, nothing is recorded.
 */
export async function startFarServer(
  answer: (method: string, path: string, body: string) => Answer,
  headers: Readonly<Record<string, string>> = {},
): Promise<FarServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { status, body } = answer(request.method ?? "", request.url ?? "", Buffer.concat(chunks).toString());
      response.writeHead(status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        ...headers,
      });
      response.end(body);
    });
  });
  // An idle connection that we close could be the one that the next call is just being written to.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the far side has no port");
  return {
    server,
    host: `127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
