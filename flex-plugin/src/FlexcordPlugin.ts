import { FlexPlugin } from "@twilio/flex-plugin";
import type * as Flex from "@twilio/flex-ui";
import * as React from "react";
import { DeskFrames } from "./DeskFrames";
import { Desk, deskAddress } from "./desk";

/** Puts Flexcord's desk in the place of Flex's CRM container. */
export default class FlexcordPlugin extends FlexPlugin {
  constructor() {
    super("FlexcordPlugin");
  }

  init(flex: typeof Flex, manager: Flex.Manager): void {
    const address = deskAddress(process.env.FLEX_APP_FLEXCORD_URL);
    const token = () => manager.store.getState().flex.session.ssoTokenPayload.token;
    const desk = new Desk(address, token, (url, init) => fetch(url, init));
    const onNewToken = (renew: () => void) => {
      manager.events.addListener("tokenUpdated", renew);
      return () => {
        manager.events.removeListener("tokenUpdated", renew);
      };
    };
    flex.CRMContainer.Content.replace(React.createElement(DeskFrames, { key: "flexcord-desk", desk, onNewToken }));
  }
}
