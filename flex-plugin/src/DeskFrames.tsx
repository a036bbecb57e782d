import { type FlexState, type ITask, useFlexSelector } from "@twilio/flex-ui";
import * as React from "react";
import { caseOf, type Desk } from "./desk";

/** One page of the desk: that of a task's case, or the desk itself. */
type Frame = { readonly key: string; readonly address: string };

type State =
  | { readonly kind: "fine" }
  /** Frames that are open still show what they did; only a new sign-in brings them further. */
  | { readonly kind: "signed-out" }
  | { readonly kind: "failed"; readonly reason: string };

/** What does not belong to a task. */
const DESK = "desk";
/** A session of the desk ends after 30 minutes without use. */
const RENEW_EACH_MS = 10 * 60_000;
const WHOLE = { border: 0, height: "100%", width: "100%" } as const;

export type DeskFramesProps = {
  readonly desk: Desk;
  /** Calls back whenever Flex has a new token; returns how to stop that. */
  readonly onNewToken: (renew: () => void) => () => void;
};

/** The desk beside the chat. Each task keeps a frame of its own while it lasts, so that nothing typed there is lost. */
export function DeskFrames({ desk, onNewToken }: DeskFramesProps): JSX.Element {
  const tasks = useFlexSelector<FlexState, Map<string, ITask>>((state) => state.flex.worker.tasks);
  const selected = useFlexSelector<FlexState, string | undefined>((state) => state.flex.view.selectedTaskSid);
  const [frames, setFrames] = React.useState<readonly Frame[]>([]);
  const [state, setState] = React.useState<State>({ kind: "fine" });

  // Flex names a selected task by its reservation.
  const task = [...tasks.values()].find(({ sid, taskSid }) => sid === selected || taskSid === selected);
  const caseId = caseOf(task?.attributes);
  const key = caseId ?? DESK;
  const isOpen = frames.some((frame) => frame.key === key);

  const open = React.useCallback(async () => {
    try {
      const address = await desk.addressFor(key === DESK ? null : key);
      setFrames((present) => [...present.filter((frame) => frame.key !== key), { key, address }]);
      setState({ kind: "fine" });
    } catch (error) {
      setState({ kind: "failed", reason: error instanceof Error ? error.message : "the desk cannot be reached" });
    }
  }, [desk, key]);

  React.useEffect(() => {
    if (!isOpen) void open();
  }, [isOpen, open]);

  React.useEffect(() => {
    const going = new Set([DESK, ...[...tasks.values()].map(({ attributes }) => caseOf(attributes))]);
    setFrames((present) =>
      present.every((frame) => going.has(frame.key)) ? present : present.filter((frame) => going.has(frame.key)),
    );
  }, [tasks]);

  React.useEffect(() => {
    const renew = () => {
      desk.renew().then(
        (renewed) => setState(renewed ? { kind: "fine" } : { kind: "signed-out" }),
        // The next time may go well, and the session may last until then.
        () => undefined,
      );
    };
    const timer = setInterval(renew, RENEW_EACH_MS);
    const stop = onNewToken(renew);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [desk, onNewToken]);

  const signInAgain = () => {
    setState({ kind: "fine" });
    setFrames([]);
  };

  return (
    <div style={{ display: "flex", flexDirection: "column", height: "100%", width: "100%" }}>
      {state.kind === "signed-out" && (
        <p role="alert" style={{ margin: 8 }}>
          The desk has signed you out. Copy what you have written there, then{" "}
          <button type="button" onClick={signInAgain}>
            sign in again
          </button>
        </p>
      )}
      {state.kind === "failed" && (
        <p role="alert" style={{ margin: 8 }}>
          The desk cannot be opened: {state.reason}.{" "}
          <button type="button" onClick={() => void open()}>
            Try again
          </button>
        </p>
      )}
      {frames.map((frame) => (
        <iframe
          key={frame.key}
          title="Flexcord's desk"
          src={frame.address}
          style={{ ...WHOLE, display: frame.key === key ? "block" : "none" }}
        />
      ))}
    </div>
  );
}
