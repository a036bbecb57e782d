import * as FlexPlugin from "@twilio/flex-plugin";
import Plugin from "./FlexcordPlugin";

FlexPlugin.loadPlugin(Plugin);
