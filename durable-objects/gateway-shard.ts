import { DurableObject } from "cloudflare:workers";

export class GatewayShard extends DurableObject<Env> {}
