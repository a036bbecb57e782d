import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTwilio, type TwilioStandIn } from "../../playground/twilio/index.ts";
import { readDefinition } from "../../playground/twilio/studio/definition.ts";
import { filledInFlow, printStudioFlow } from "../../scripts/studio-flow.ts";
import { fetchWithin } from "../../src/outside/call.ts";
import { CONFIG, sid } from "./twilio-support.ts";

const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(import.meta.dirname, ...path), "utf8"));
const SHIPPED = readJson("..", "..", "twilio", "flow.json");
const isValid = new Ajv({ allErrors: true }).compile<object>(readJson("studio-flow-rules.schema.json") as object);

describe("the shipped flow", () => {
  test("keeps to the rules of Studio, before and after its values are filled in", async () => {
    const filled = await filledInFlow({ ...CONFIG, STUDIO_PASSWORD: "secret", taskChannelSid: sid("TC") });
    for (const flow of [SHIPPED, filled]) {
      isValid(flow);
      expect(isValid.errors).toBeNull();
    }
  });

  test.each<[string, (flow: Flow) => void]>([
    ["a widget without a type", (flow) => delete flow.states[1]?.type],
    ["a type of widget that nobody knows", (flow) => Object.assign(flow.states[2] ?? {}, { type: "send-mail" })],
    ["no workflow", (flow) => delete flow.states[3]?.properties.workflow],
    ["a number where text belongs", (flow) => Object.assign(flow.states[3]?.properties ?? {}, { timeout: 3600 })],
    ["a property of another widget", (flow) => Object.assign(flow.states[3]?.properties ?? {}, { url: "x" })],
    ["an event of another widget", (flow) => flow.states[2]?.transitions.push({ event: "match" })],
    [
      "attributes of more than 1,024 characters",
      (flow) => Object.assign(flow.states[3]?.properties ?? {}, { attributes: "x".repeat(1_025) }),
    ],
    ["no first widget", (flow) => delete flow.initial_state],
  ])("would not with %s", (_, change) => {
    const flow = structuredClone(SHIPPED) as Flow;
    change(flow);
    expect(isValid(flow)).toBe(false);
  });

  test("leads from each widget to one that exists, and reaches every one", () => {
    const { initial_state, states } = readDefinition(SHIPPED);
    const reached = new Set([initial_state]);
    for (const name of reached) {
      const targets = states.find((widget) => widget.name === name)?.transitions.flatMap(({ next }) => next ?? []);
      for (const target of targets ?? []) reached.add(target);
    }
    expect([...reached].sort()).toEqual(states.map(({ name }) => name).sort());
  });

  test("leads to a person whenever the bridge cannot be asked", () => {
    const { states } = readDefinition(SHIPPED);
    const asking = states.filter(({ type }) => type === "make-http-request");
    const failures = asking.flatMap(({ transitions }) => transitions.filter(({ event }) => event === "failed"));
    const targets = failures.map(({ next }) => states.find(({ name }) => name === next)?.type);
    expect(targets).toEqual(["send-to-flex"]);
  });
});

type Flow = {
  initial_state?: string;
  states: { type?: string; properties: Record<string, unknown>; transitions: { event: string }[] }[];
};

describe("npm run studio-flow", () => {
  let twilio: TwilioStandIn;
  beforeEach(async () => {
    twilio = await startTwilio();
  });
  afterEach(() => twilio.close());

  /** Runs the command with the variables of a whole project, some of them changed. */
  async function run(args: string[], changes: Record<string, string | undefined> = {}) {
    const printed: string[] = [];
    const complaints: string[] = [];
    const code = await printStudioFlow(args, {
      fetch: fetchWithin,
      now: Date.now,
      variables: async () => ({
        ...CONFIG,
        TWILIO_API_URL: twilio.apiUrl,
        TWILIO_API_KEY_SID: twilio.apiKeySid,
        TWILIO_API_KEY_SECRET: twilio.apiKeySecret,
        TWILIO_WORKSPACE_SID: twilio.workspaceSid,
        TWILIO_WORKFLOW_SID: twilio.workflowSid,
        ...changes,
      }),
      print: (line) => printed.push(line),
      complain: (line) => complaints.push(line),
    });
    return { code, printed: printed.join("\n"), complaints: complaints.join("\n") };
  }

  test("prints a flow that is valid, runs, and has the project's address, workflow and task channel in it", async () => {
    const { code, printed, complaints } = await run([], { STUDIO_PASSWORD: "a:b/c {{d}}" });
    expect([code, complaints]).toEqual([0, ""]);
    const flow: unknown = JSON.parse(printed);
    expect(isValid(flow)).toBe(true);
    expect(twilio.studio.publish(flow)).toMatch(/^FW[0-9a-f]{32}$/);
    const { states } = readDefinition(flow);
    expect(states.map(({ properties }) => properties)).toMatchObject([
      {},
      {},
      { url: "https://flexcord:a%3Ab%2Fc%20%7B%7Bd%7D%7D@bridge.example/twilio/chatbot-to-discord" },
      { workflow: twilio.workflowSid, channel: twilio.taskChannelSid },
    ]);
    expect(printed).not.toContain("${");
  });

  test("without a password there are no credentials in it, and a warning", async () => {
    const { code, printed, complaints } = await run([]);
    expect(code).toBe(0);
    expect(printed).toContain('"url": "https://bridge.example/twilio/chatbot-to-discord"');
    expect(complaints).toContain("STUDIO_PASSWORD is not set");
  });

  test("names what is missing, prints nothing, and asks Twilio for nothing", async () => {
    const result = await run([], { TWILIO_WORKFLOW_SID: "", PUBLIC_URL: "somewhere" });
    expect(result).toMatchObject({ code: 1, printed: "" });
    expect(result.complaints).toMatch(/PUBLIC_URL must be a URL.*\n.*TWILIO_WORKFLOW_SID is not set/);
    expect(twilio.log).toEqual([]);
  });

  test("says so when Twilio does not know the workspace or refuses the key", async () => {
    const unknown = await run([], { TWILIO_WORKSPACE_SID: sid("WS") });
    expect(unknown).toMatchObject({ code: 1, printed: "", complaints: expect.stringContaining("was not found: ") });
    const refused = await run([], { TWILIO_API_KEY_SECRET: "wrong" });
    expect(refused).toMatchObject({ code: 1, printed: "", complaints: expect.stringContaining("was not found: ") });
  });

  test("explains itself, and what it does not understand", async () => {
    expect(await run(["--help"])).toMatchObject({
      code: 0,
      printed: expect.stringContaining("Usage:"),
      complaints: "",
    });
    expect(await run(["--publish"])).toMatchObject({
      code: 2,
      printed: "",
      complaints: expect.stringContaining("Usage:"),
    });
    expect(await run(["--env-file", "no-such-file"])).toMatchObject({
      code: 1,
      complaints: "There is no file no-such-file.",
    });
  });
});
