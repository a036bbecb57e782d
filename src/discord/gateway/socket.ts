/** An open, or opening, connection to the Gateway. Sending and closing never throw. */
export type Socket = { send(text: string): void; close(code: number): void };

export type SocketListener = {
  readonly onText: (text: string) => void;
  /** 1005 and 1006 stand for a connection that ended without a close code. */
  readonly onClose: (code: number) => void;
  /** It could not be opened; `status` is that of the HTTP answer, null without one. */
  readonly onFailure: (status: number | null) => void;
};

/** Opens a connection to the Gateway at `url` (`ws:` or `wss:`); returns at once. */
export type Connect = (url: string, listener: SocketListener) => Socket;
